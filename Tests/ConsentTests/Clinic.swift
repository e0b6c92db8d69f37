import BundleFormat
import Crypto
import JOSE
import Policy

@testable import Consent

/// A clinic, its policy and a station's view of it, for the tests of this target.
struct Clinic {
    static let now: Int64 = 1_795_248_000
    static let uri = "https://127.0.0.1:8443/v1/lists/1"
    static let otherURI = "https://127.0.0.1:8443/v1/lists/2"

    let root = P256.Signing.PrivateKey()
    let issuer = P256.Signing.PrivateKey()
    let list = P256.Signing.PrivateKey()
    var claims: PolicyClaims

    init() {
        claims = PolicyClaims(
            iss: "clinic.example", version: 1, issuedAt: Self.now - 1000, kind: .production,
            root: PublicKey(root.publicKey),
            store: PolicyClaims.Store(name: "store-1", url: "https://127.0.0.1:8443", ca: "PEM"))
        claims.issuers = [
            PolicyClaims.Issuer(kid: "consent-1", iss: "https://consent.example", key: PublicKey(issuer.publicKey))
        ]
        claims.lists = [
            PolicyClaims.List(uri: Self.uri, kid: "list-1", key: PublicKey(list.publicKey)),
            PolicyClaims.List(uri: Self.otherURI, kid: "list-1", key: PublicKey(list.publicKey)),
        ]
    }

    func policy(_ change: (inout PolicyClaims) -> Void = { _ in }) throws -> ClinicPolicy {
        var claims = claims
        change(&claims)
        return try ClinicPolicy(
            verifying: ClinicPolicy.sign(claims, root: root), pinnedRoot: PublicKey(root.publicKey).fingerprint,
            notOlderThan: nil)
    }

    static func recipient(_ byte: UInt8) -> String {
        RecipientText(key: [UInt8](repeating: byte, count: 1216))?.description ?? ""
    }

    /// Consent to care and to analysis by AI, of ten frames, on two sites.
    func draft() -> ConsentDraft {
        var draft = ConsentDraft(
            issuer: "https://consent.example", station: "derm-03", handle: "pt_7Q2K9M4T", jti: "0193f6c2-5d1e",
            issuedAt: Self.now, expires: Self.now + 8 * 3600, sealTo: Self.recipient(7), listURI: Self.uri, index: 10)
        draft.record.id = "urn:uuid:1"
        draft.noticeURI = "https://clinic.example/n/4"
        draft.withdrawURI = "https://clinic.example/w"
        draft.jurisdictions = ["GB"]
        draft.encounter = "enc_31AB"
        draft.noticeGivenAt = Self.now - 600
        draft.givenAt = Self.now - 100
        draft.limitsOfAIAcknowledged = true
        draft.modalities = ["DMS", "XC"]
        draft.sites = ["SCT:43067004", "SCT:61719002"]
        draft.maxFrames = 10
        var analysis = ConsentDraft.Permit(
            .careAIAnalysis, form: .deid, basis: "gdpr-9-2-a", withdraw: .purge, listURI: Self.uri, index: 12,
            keepUntil: "2027-11-20")
        analysis.further = [("ai:inhouse", Self.recipient(9))]
        draft.permits = [
            ConsentDraft.Permit(
                .care, form: .identifiable, basis: "gdpr-9-2-h", withdraw: .restrict, listURI: Self.uri, index: 11,
                keepUntil: "2034-11-20"), analysis,
        ]
        draft.denied = [.aiTraining, .research]
        return draft
    }

    func sign(_ object: JSONObject, kid: String = "consent-1", type: String = "consent+jwt") throws -> [UInt8] {
        try CompactJWS.sign(type: type, kid: kid, payload: object.canonical, key: issuer)
    }

    func verify(_ bytes: [UInt8], now: Int64 = now, policy: ClinicPolicy? = nil) throws -> ConsentToken {
        let policy = try policy ?? self.policy()
        return try ConsentToken(verifying: bytes, policy: policy, station: "derm-03", now: now)
    }

    /// A written release for geometry.
    static let release: JSONObject = [
        "policy_uri": .string("https://clinic.example/r"), "informed_at": .integer(now - 600),
        "purpose": .string("planning"), "term": .string("P3Y"), "destroy_by": .string("2029-11-20"),
        "release_sha256": .string(Base64URL.encode([UInt8](repeating: 1, count: 32))),
        "signed_at": .integer(now - 300), "signer": .string("self"),
    ]

    /// A consent to photographs and to geometry, with its release.
    func geometryToken() throws -> ConsentToken {
        var draft = draft()
        draft.modalities = ["DMS", "M3D"]
        return try verify(
            sign(
                draft.object.replacing("capture.geometry", with: .bool(true))
                    .replacing("biometric_release", with: .object(Self.release))))
    }

    func token(_ change: (inout ConsentDraft) -> Void = { _ in }) throws -> ConsentToken {
        var draft = draft()
        change(&draft)
        return try verify(draft.sign(kid: "consent-1", key: issuer))
    }

    func listBytes(
        uri: String = uri, issuedAt: Int64 = now, _ values: [Int: StatusValue] = [:]
    ) throws -> [UInt8] {
        var draft = StatusListDraft(uri: uri, issuedAt: issuedAt, expires: issuedAt + 86_400, ttl: 900, count: 10_000)
        for (index, value) in values { draft.set(index, value) }
        return try draft.sign(kid: "list-1", key: list)
    }

    func lists(_ values: [Int: StatusValue] = [:], issuedAt: Int64 = now) throws -> StatusLists {
        var lists = StatusLists()
        lists.take(
            try StatusList(verifying: listBytes(issuedAt: issuedAt, values), policy: policy(), now: issuedAt))
        return lists
    }
}

/// A ledger in memory that keeps the order of what it was told.
struct MemoryLedger: ConsentLedger {
    var taken: [ConsentReference: Int64] = [:]
    var withdrawn: Set<ConsentReference> = []
    var sequence: Int64 = 0
    var fault: LedgerFault?

    func framesTaken(_ consent: ConsentReference) -> Int64 { taken[consent, default: 0] }
    func isWithdrawn(_ consent: ConsentReference) -> Bool { withdrawn.contains(consent) }

    mutating func reserve(_ consent: ConsentReference, exposures: Int64) throws(LedgerFault) -> Int64 {
        if let fault { throw fault }
        taken[consent, default: 0] += exposures
        sequence += 1
        return sequence
    }
}

extension JSONObject {
    /// The object with the member at a path such as `capture.sites` replaced, or taken out when `value` is nil.
    func replacing(_ path: String, with value: JSON?) -> JSONObject {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, case .object(let inner)? = self[parts[0]] else {
            let rest = members.filter { $0.key != path }.map { ($0.key, $0.value) }
            return JSONObject(rest + (value.map { [(path, $0)] } ?? []))
        }
        var copy = self
        copy.set(parts[0], .object(inner.replacing(parts[1], with: value)))
        return copy
    }

    /// The object with one member of the grant at `index` replaced.
    func replacingGrant(_ index: Int, _ key: String, with value: JSON?) -> JSONObject {
        guard case .array(var grants)? = self["grants"], case .object(let grant) = grants[index] else { return self }
        grants[index] = .object(grant.replacing(key, with: value))
        return replacing("grants", with: .array(grants))
    }
}
