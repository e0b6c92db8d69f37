import Crypto
import JOSE

@testable import Policy

/// A clinic with every key it needs, for the tests of this target.
struct Clinic {
    let root = P256.Signing.PrivateKey()
    let stored = P256.Signing.PrivateKey()
    let opened = P256.Signing.PrivateKey()
    let station = P256.Signing.PrivateKey()
    var claims: PolicyClaims

    init() {
        claims = PolicyClaims(
            iss: "clinic.example", version: 3, issuedAt: 1_795_248_000, kind: .production,
            root: PublicKey(root.publicKey),
            store: PolicyClaims.Store(name: "store-1", url: "https://127.0.0.1:8443", ca: "PEM"))
        let issuer = PublicKey(P256.Signing.PrivateKey().publicKey)
        claims.issuers = [PolicyClaims.Issuer(kid: "consent-1", iss: "https://consent.clinic.example", key: issuer)]
        claims.lists = [PolicyClaims.List(uri: "https://127.0.0.1:8443/v1/lists/1", kid: "list-1", key: issuer)]
        claims.receipts = [
            PolicyClaims.ReceiptKey(kid: "receipt-1", kind: .stored, key: PublicKey(stored.publicKey)),
            PolicyClaims.ReceiptKey(kid: "opener-1", kind: .opened, key: PublicKey(opened.publicKey)),
        ]
        claims.stations = [
            PolicyClaims.Station(name: "derm-03", key: fingerprint, keys: .tpm, state: .approved)
        ]
    }

    var fingerprint: Fingerprint { PublicKey(station.publicKey).fingerprint }
    var pin: Fingerprint { PublicKey(root.publicKey).fingerprint }

    func signed(_ change: (inout PolicyClaims) -> Void = { _ in }) throws -> [UInt8] {
        var claims = claims
        change(&claims)
        return try ClinicPolicy.sign(claims, root: root)
    }

    func policy(_ change: (inout PolicyClaims) -> Void = { _ in }) throws -> ClinicPolicy {
        try ClinicPolicy(verifying: signed(change), pinnedRoot: pin, notOlderThan: nil)
    }

    /// The policy's JSON with one member replaced, signed all the same.
    func signed(replacing key: String, with value: JSON) throws -> [UInt8] {
        guard case .object(var object) = try JSON(parsing: claims.payload, bound: 1 << 20) else { return [] }
        object.set(key, value)
        return try CompactJWS.sign(type: ClinicPolicy.type, kid: "root", payload: object.canonical, key: root)
    }
}
