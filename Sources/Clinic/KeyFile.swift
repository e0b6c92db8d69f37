import Crypto
import JOSE

/// The clinic's signing keys; each lies in a PEM file of its own.
package enum KeyRole: String, CaseIterable, Sendable {
    /// Signs the policy; its fingerprint is what a person types at the station.
    case root
    /// Signs consents.
    case issuer
    /// Signs the status list.
    case list
    /// Signs `stored` receipts; the only one the server needs for stations.
    case receipt
    /// Signs `opened` receipts.
    case opener

    /// The key id in the headers of what it signs.
    package var kid: String {
        switch self {
        case .root: "root"
        case .issuer: "consent-1"
        case .list: "list-1"
        case .receipt: "receipt-1"
        case .opener: "opener-1"
        }
    }

    var file: String { "\(rawValue).key" }
}

extension ClinicFolder {
    func makeKey(_ role: KeyRole) throws(ClinicError) {
        try put(P256.Signing.PrivateKey().pemRepresentation + "\n", as: role.file)
    }

    package func key(_ role: KeyRole) throws(ClinicError) -> P256.Signing.PrivateKey {
        let text = try readText(role.file)
        do { return try P256.Signing.PrivateKey(pemRepresentation: text) } catch { throw .damaged(role.file) }
    }

    func publicKey(_ role: KeyRole) throws(ClinicError) -> PublicKey { PublicKey(try key(role).publicKey) }

    /// What a person types at the station: SHA-256 of the root's SubjectPublicKeyInfo.
    package func rootFingerprint() throws(ClinicError) -> Fingerprint { try publicKey(.root).fingerprint }

    /// Signs a document with one of the clinic's keys, in compact form.
    func sign(_ claims: JSONObject, type: String, with role: KeyRole) throws(ClinicError) -> [UInt8] {
        let key = try key(role)
        do {
            return try CompactJWS.sign(type: type, kid: role.kid, payload: claims.canonical, key: key)
        } catch { throw .damaged(role.file) }
    }
}

extension Fingerprint {
    /// Sixteen groups of four, as a person reads them aloud.
    package var grouped: String {
        let letters = Array(hex)
        return stride(from: 0, to: letters.count, by: 4).map { String(letters[$0..<$0 + 4]) }.joined(separator: " ")
    }

    /// Reads what a person typed: spaces, colons and upper case do not matter.
    package init(typed text: String) throws(ClinicError) {
        let hex = text.lowercased().filter { !$0.isWhitespace && $0 != ":" }
        do { try self.init(hex: hex) } catch { throw .malformed("fingerprint", text) }
    }
}
