import Clinic

extension ClinicError {
    /// One line, lower case, no full stop.
    var sentence: String {
        switch self {
        case .folderExists(let path): "\(path) is there already"
        case .noClinic(let path): "no clinic in \(path)"
        case .file(let name, let reason): "\(name): \(reason)"
        case .damaged(let name): "\(name) is not as it was written"
        case .malformed(let what, let text): "malformed \(what): \(text)"
        case .consentRefused(let line): "stations would refuse it: \(line)"
        case .noDrill: "the restore drill was not passed"
        case .wrongEscrow: "this is not the escrow identity of this clinic"
        case .notEnrolled(let name): "no enrolment of \(name) has arrived"
        case .falseEnrolment(let name): "the enrolment of \(name) is not signed by the key it names"
        case .fingerprintDiffers(let enrolled): "the typed fingerprint is not the enrolled one, \(enrolled)"
        case .softwareKeys(let name): "\(name) has no TPM: software keys are for demonstrations"
        case .unknownStation(let name): "the policy names no station \(name)"
        case .stationLost(let name): "station \(name) is marked lost"
        case .unknownConsent(let text): "no consent \(text.prefix(64))"
        case .consentErased: "the key of this consent was destroyed"
        case .alreadyWithdrawn(let jti): "consent \(jti) was withdrawn for good"
        case .listFull: "the status list has no free places"
        case .checkFailed(let check, let reason): "\(check): \(reason)"
        case .outputExists(let path): "\(path) is there already"
        case .unusable(let words): words
        }
    }

    var hint: String? {
        switch self {
        case .folderExists: "choose another --folder; this command never writes over a clinic"
        case .noClinic: "make one with `obscura-clinic init`, or name it with --folder"
        case .noDrill:
            "fetch the printed escrow identity and run `obscura-clinic drill --escrow FILE`, or `-` to type it"
        case .wrongEscrow: "type the line that `init` printed, it begins with AGE-SECRET-KEY-PQ-"
        case .notEnrolled: "run `obscura enroll` at the station, or type its fingerprint with --keys tpm"
        case .fingerprintDiffers:
            "read the fingerprint at the station itself; if it stays different, somebody is between"
        case .softwareKeys: "a clinic made with --demonstration takes them"
        case .unknownStation: "see `obscura-clinic station list`"
        case .unknownConsent: "see `obscura-clinic consent list`; a consent is named by its jti or its token's file"
        case .consentErased: "no copy of any bundle under it can be opened any more"
        case .checkFailed: "nothing was written; keep the file, and ask who could have changed it"
        case .outputExists: "choose another --out"
        default: nil
        }
    }
}
