import ArgumentParser
import Clinic
import Consent
import Crypto
import Policy

/// The written release that measuring the shape of face or head takes.
struct Release: ParsableArguments {
    @Flag(name: .long, help: "The patient permits the shape of face or head to be measured: scans and depth, as M3D.")
    var geometry = false
    @Option(name: .long, help: ArgumentHelp("The signed release for it, as taken.", valueName: "file"))
    var release: String?
    @Option(name: .long, help: "Where the clinic's policy on such data can be read.") var releaseURI: String?
    @Option(name: .long, help: "What the shape is for.") var releasePurpose = "planning of treatment"
    @Option(name: .long, help: "How long it is kept, as in P3Y.") var releaseTerm = "P3Y"
    @Option(
        name: .long, help: ArgumentHelp("It is destroyed by then; with the record otherwise.", valueName: "day"))
    var destroyBy: String?

    /// The claim; nil without --geometry. A demonstration has a stand-in that says so, a clinic for patients has none.
    func read(_ policy: ClinicPolicy, _ form: ConsentForm) throws -> BiometricRelease? {
        guard geometry else {
            guard release == nil else { throw ValidationError("--release is for --geometry") }
            return nil
        }
        let bytes: [UInt8]
        if let release {
            bytes = try input(release, bound: 16 << 20)
        } else {
            guard policy.claims.kind == .demonstration else {
                throw ValidationError("a clinic for patients needs --release with --geometry")
            }
            bytes = Array("demonstration: no patient, no release\n".utf8)
        }
        return BiometricRelease(
            policyURI: releaseURI ?? "https://\(policy.claims.iss)/biometrics", informedAt: form.notice.givenAt,
            purpose: releasePurpose, term: releaseTerm, destroyBy: destroyBy ?? form.keepUntil,
            sha256: Array(SHA256.hash(data: bytes)), signedAt: form.given.at, signer: form.given.by)
    }
}
