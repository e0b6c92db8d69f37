import Crypto
import JOSE

/// A policy that the pinned clinic root signed: the only source of keys, addresses and approvals on a station.
package struct ClinicPolicy: Sendable, Equatable {
    package static let type = "obscura-policy+jwt"
    /// Key id of the clinic root in a policy's header.
    package static let rootKid = "root"

    package let claims: PolicyClaims
    /// The JWS as it came, to be kept and compared.
    package let bytes: [UInt8]

    /// Believes a policy whose carried root is the pinned one, that the root signed, and that is not older than the
    /// one in force. The same version is taken again only with the same bytes.
    ///
    /// - Parameter bytes: the JWS in compact form, at most 384 KiB.
    package init(
        verifying bytes: [UInt8], pinnedRoot: Fingerprint, notOlderThan inForce: ClinicPolicy?
    ) throws(PolicyError) {
        claims = try reading { () throws(JOSEError) in
            let jws = try CompactJWS(parsing: bytes, bound: 384 * 1024)
            guard jws.kid == Self.rootKid else { throw .invalid("kid") }
            return try PolicyClaims(
                parsing: jws.payload(carryingKey: "root", pinned: pinnedRoot, type: Self.type))
        }
        self.bytes = bytes
        guard let inForce else { return }
        guard claims.version >= inForce.claims.version else {
            throw .older(version: claims.version, inForce: inForce.claims.version)
        }
        guard claims.version > inForce.claims.version || bytes == inForce.bytes else {
            throw .changed(version: claims.version)
        }
    }

    /// Signs a policy: the clinic's side.
    package static func sign(_ claims: PolicyClaims, root: P256.Signing.PrivateKey) throws -> [UInt8] {
        try CompactJWS.sign(type: type, kid: rootKid, payload: claims.payload, key: root)
    }

    package func issuer(kid: String) -> PolicyClaims.Issuer? { claims.issuers.first { $0.kid == kid } }

    package func list(uri: String) -> PolicyClaims.List? { claims.lists.first { $0.uri == uri } }

    package func receiptKey(kid: String, kind: PolicyClaims.ReceiptKind) -> PublicKey? {
        claims.receipts.first { $0.kid == kid && $0.kind == kind }?.key
    }

    /// The station with this key, whatever its state.
    package func station(key: Fingerprint) -> PolicyClaims.Station? { claims.stations.first { $0.key == key } }

    /// The station with this key when it may deliver: approved, and a software key only in a demonstration.
    package func approvedStation(key: Fingerprint) -> PolicyClaims.Station? {
        guard let station = station(key: key), station.state == .approved,
            station.keys == .tpm || claims.kind == .demonstration
        else { return nil }
        return station
    }

    /// Whether the holder of `key` delivers what `former` signed: the same station, recovered onto another TPM.
    package func isHeir(_ key: Fingerprint, of former: Fingerprint) -> Bool {
        guard let station = approvedStation(key: key), let old = self.station(key: former) else { return false }
        return old.state == .replaced && old.name == station.name
    }

    /// Whether a notice (SHA-256 in hex) was retired.
    package func isRetired(notice: String) -> Bool { claims.retiredNotices.contains(notice) }
}
