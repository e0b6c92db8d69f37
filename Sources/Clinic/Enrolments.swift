import AEAD
import BundleFormat
import JOSE
import Policy

/// A station that asks to be approved, as its own signed words say.
package struct EnrolmentRequest: Sendable, Equatable {
    package let station: String
    package let key: Fingerprint
    package let keys: PolicyClaims.Station.Keys
    /// Seconds since 1970.
    package let time: Int64
}

extension ClinicFolder {
    /// The enrolments that have arrived and are signed by the key they name, oldest first.
    package func enrolments() throws(ClinicError) -> [EnrolmentRequest] {
        var requests: [EnrolmentRequest] = []
        for name in try names("enrolments") {
            if let request = try? enrolment("enrolments/\(name)") { requests.append(request) }
        }
        return requests.sorted { $0.time < $1.time }
    }

    private func enrolment(_ folder: String) throws -> EnrolmentRequest {
        let text = try read("\(folder)/enrolment.txt", bound: 4096)
        let signature = try read("\(folder)/enrolment.txt.sig", bound: 256)
        let key = try StationKey(pem: try read("\(folder)/station.pem", bound: 4096))
        let enrolment = try Enrolment(parsing: text)
        guard enrolment.key == key.fingerprint,
            checkP256(signature: signature.span, of: text.span, key: key.der.span) == .valid,
            let keys = PolicyClaims.Station.Keys(rawValue: enrolment.keys.rawValue)
        else { throw ClinicError.falseEnrolment(enrolment.station.description) }
        return EnrolmentRequest(
            station: enrolment.station.description, key: try Fingerprint(hex: enrolment.key.hex), keys: keys,
            time: Int64(enrolment.time))
    }
}
