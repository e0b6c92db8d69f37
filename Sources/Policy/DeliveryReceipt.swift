import Crypto
import JOSE

/// What a receipt says (`obscura-receipt+jwt`).
package struct ReceiptClaims: Sendable, Equatable {
    package let iss: String
    package let store: String
    package let kind: PolicyClaims.ReceiptKind
    package let bundle: BundleFacts
    /// Seconds since 1970.
    package let storedAt: Int64
    /// Seconds since 1970.
    package let issuedAt: Int64

    package init(
        iss: String, store: String, kind: PolicyClaims.ReceiptKind, bundle: BundleFacts, storedAt: Int64,
        issuedAt: Int64
    ) {
        self.iss = iss
        self.store = store
        self.kind = kind
        self.bundle = bundle
        self.storedAt = storedAt
        self.issuedAt = issuedAt
    }

    init(parsing payload: [UInt8]) throws(JOSEError) {
        var reader = try ObjectReader(parsing: payload, bound: 4096)
        iss = try reader.text("iss")
        store = try reader.name("store")
        kind = try reader.choice("kind")
        bundle = BundleFacts(
            id: try reader.text("bundle"), station: try Fingerprint(hex: reader.string("station")),
            sequence: try reader.integer("seq", in: 0...JSON.largestInteger),
            size: try reader.integer("size", in: 0...JSON.largestInteger), sha256: try reader.string("sha256"))
        storedAt = try reader.time("stored_at")
        issuedAt = try reader.time("iat")
        try reader.finish()
    }

    /// Canonical JSON.
    package var payload: [UInt8] {
        let object: JSONObject = [
            "iss": .string(iss), "store": .string(store), "kind": .string(kind.rawValue),
            "bundle": .string(bundle.id), "station": .string(bundle.station.hex),
            "seq": .integer(bundle.sequence), "size": .integer(bundle.size), "sha256": .string(bundle.sha256),
            "stored_at": .integer(storedAt), "iat": .integer(issuedAt),
        ]
        return object.canonical
    }

    /// Signs a receipt: the clinic's side.
    package func sign(kid: String, key: P256.Signing.PrivateKey) throws -> [UInt8] {
        try CompactJWS.sign(type: DeliveryReceipt.type, kid: kid, payload: payload, key: key)
    }
}

/// One bundle as both ends must agree on it.
package struct BundleFacts: Sendable, Equatable {
    /// 26 characters.
    package let id: String
    package let station: Fingerprint
    package let sequence: Int64
    /// Bytes of the `.obs` file.
    package let size: Int64
    /// Of the `.obs` file, lower-case hex.
    package let sha256: String

    package init(id: String, station: Fingerprint, sequence: Int64, size: Int64, sha256: String) {
        self.id = id
        self.station = station
        self.sequence = sequence
        self.size = size
        self.sha256 = sha256
    }
}

/// A verified receipt for one bundle: holding it is the permission to retire that bundle.
package struct DeliveryReceipt: Sendable, Equatable {
    package static let type = "obscura-receipt+jwt"

    package let claims: ReceiptClaims
    /// The JWS as it came.
    package let bytes: [UInt8]

    /// Believes a receipt that a receipt key of the policy signed for this bundle and no other.
    ///
    /// - Parameter bytes: the JWS in compact form, at most 8 KiB.
    package init(
        verifying bytes: [UInt8], policy: ClinicPolicy, expecting bundle: BundleFacts
    ) throws(PolicyError) {
        let jws = try reading { () throws(JOSEError) in try CompactJWS(parsing: bytes, bound: 8192) }
        guard let entry = policy.claims.receipts.first(where: { $0.kid == jws.kid }) else {
            throw .unknownKey(jws.kid)
        }
        claims = try reading { () throws(JOSEError) in
            try ReceiptClaims(parsing: jws.payload(verifiedBy: entry.key.key, type: Self.type))
        }
        self.bytes = bytes
        // A key for `stored` must not be able to say `opened`.
        guard claims.kind == entry.kind else { throw .receiptDiffers("kind") }
        guard claims.iss == policy.claims.iss else { throw .receiptDiffers("iss") }
        guard claims.store == policy.claims.store.name else { throw .receiptDiffers("store") }
        guard claims.bundle.id == bundle.id else { throw .receiptDiffers("bundle") }
        guard claims.bundle.station == bundle.station else { throw .receiptDiffers("station") }
        guard claims.bundle.sequence == bundle.sequence else { throw .receiptDiffers("seq") }
        guard claims.bundle.size == bundle.size else { throw .receiptDiffers("size") }
        guard claims.bundle.sha256 == bundle.sha256 else { throw .receiptDiffers("sha256") }
    }
}
