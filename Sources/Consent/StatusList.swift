import Crypto
import Hex
import JOSE
import Policy
import Zlib

/// What a status list says of one entry.
package enum StatusValue: String, Sendable, Equatable { case valid, invalid, suspended }

/// A status list that the policy's key for it signed (draft-ietf-oauth-status-list, JWT form).
package struct StatusList: Sendable, Equatable {
    package static let type = "statuslist+jwt"
    /// Most bytes that a list may inflate to: four million entries of two bits.
    static let bound = 1 << 20
    /// Longest time that a list may be relied on, seconds.
    static let longest: Int64 = 72 * 3600

    package let uri: String
    /// Seconds since 1970.
    package let issuedAt: Int64
    /// Seconds since 1970; after it the list says nothing.
    package let expires: Int64
    /// Seconds after `issuedAt` in which every grant may rely on the list.
    package let ttl: Int64
    /// SHA-256 of the JWS, hex: the evidence in the sealed index.
    package let sha256: String
    private let bits: Int
    private let entries: [UInt8]

    /// - Parameters:
    ///   - bytes: the JWS in compact form, at most 2 MiB.
    ///   - now: seconds since 1970.
    package init(verifying bytes: [UInt8], policy: ClinicPolicy, now: Int64) throws(ConsentError) {
        let jws = try reading { () throws(JOSEError) in try CompactJWS(parsing: bytes, bound: 2 << 20) }
        guard jws.type == Self.type else { throw .type(jws.type) }
        guard let signer = policy.claims.lists.first(where: { $0.kid == jws.kid }) else {
            throw .unknownKey(jws.kid)
        }
        var reader = try reading { () throws(JOSEError) in
            try ObjectReader(parsing: jws.payload(verifiedBy: signer.key.key, type: Self.type), bound: 2 << 20)
        }
        uri = try reader.text("sub")
        issuedAt = try reader.time("iat")
        expires = try reader.time("exp")
        ttl = try reading { () throws(JOSEError) in try reader.integer("ttl") }
        (bits, entries) = try reader.within("status_list") { list throws(ConsentError) in
            let bits = try reading { () throws(JOSEError) in try list.integer("bits") }
            guard bits == 1 || bits == 2 else { throw .statusListInvalid("bits") }
            let packed = try reading { () throws(JOSEError) in try Base64URL.decode(list.string("lst")) }
            do { return (Int(bits), try Zlib.inflate(packed, bound: Self.bound)) } catch {
                throw .statusListInvalid("lst")
            }
        }
        try reading { () throws(JOSEError) in try reader.finish() }
        // The key must be the one for this very list, not for a neighbour.
        guard let entry = policy.list(uri: uri), entry.kid == jws.kid, entry.key == signer.key else {
            throw .statusListNotInPolicy(uri)
        }
        guard issuedAt <= now + ConsentToken.skew else { throw .notYetValid(from: issuedAt) }
        guard ttl > 0 else { throw .statusListInvalid("ttl") }
        guard expires > issuedAt, expires - issuedAt <= Self.longest else { throw .statusListInvalid("exp") }
        sha256 = Hex.encode(SHA256.hash(data: bytes))
    }

    /// What the list says of entry `index`; an entry that is not there is refused.
    package func value(at index: Int64) throws(ConsentError) -> StatusValue {
        let count = entries.count * 8 / bits
        guard index >= 0, index < count else { throw .statusIndex(index, entries: count) }
        let bit = Int(index) * bits
        switch entries[bit / 8] >> UInt8(bit % 8) & (bits == 1 ? 1 : 3) {
        case 0: return .valid
        case 1: return .invalid
        // 3 is the application's own in the draft; we give it no meaning, so it stops and destroys nothing.
        default: return .suspended
        }
    }
}

/// The newest list of each URI. A taken-over forwarder may withhold or repeat lists, so an older one never replaces a
/// newer one.
package struct StatusLists: Sendable, Equatable {
    private var newest: [String: StatusList] = [:]

    package init() {}

    /// - Returns: whether the list was newer than the one held.
    @discardableResult
    package mutating func take(_ list: StatusList) -> Bool {
        if let held = newest[list.uri], held.issuedAt >= list.issuedAt { return false }
        newest[list.uri] = list
        return true
    }

    package subscript(uri: String) -> StatusList? { newest[uri] }

    /// The newest `iat` of all lists, a part of the clock's floor; seconds since 1970.
    package var newestIssue: Int64? { newest.values.map(\.issuedAt).max() }
}

/// A status list in the making: the clinic's side.
package struct StatusListDraft: Sendable {
    package let uri: String
    package let issuedAt: Int64
    package let expires: Int64
    package let ttl: Int64
    private var entries: [UInt8]

    /// - Parameter count: entries of two bits; ten thousand or more hide one patient among many.
    package init(uri: String, issuedAt: Int64, expires: Int64, ttl: Int64, count: Int) {
        self.uri = uri
        self.issuedAt = issuedAt
        self.expires = expires
        self.ttl = ttl
        entries = [UInt8](repeating: 0, count: (count + 3) / 4)
    }

    /// - Precondition: `index` lies in the list.
    package mutating func set(_ index: Int, _ value: StatusValue) {
        let shift = UInt8(index % 4 * 2)
        let code: UInt8 =
            switch value {
            case .valid: 0
            case .invalid: 1
            case .suspended: 2
            }
        entries[index / 4] = entries[index / 4] & ~(3 << shift) | code << shift
    }

    package func sign(kid: String, key: P256.Signing.PrivateKey) throws -> [UInt8] {
        let list: JSONObject = [
            "bits": .integer(2), "lst": .string(Base64URL.encode(try Zlib.deflate(entries))),
        ]
        let object: JSONObject = [
            "sub": .string(uri), "iat": .integer(issuedAt), "exp": .integer(expires), "ttl": .integer(ttl),
            "status_list": .object(list),
        ]
        return try CompactJWS.sign(type: StatusList.type, kid: kid, payload: object.canonical, key: key)
    }
}
