import BundleFormat
import Consent
import Foundation
import JOSE
import Open
import Policy

/// A consent as it was issued.
package struct IssuedConsent: Sendable {
    package let token: [UInt8]
    package let record: ConsentRecord
}

extension ClinicFolder {
    /// Makes a key pair for one consent, seals its identity to the clinic's two keepers, and signs the token.
    ///
    /// - Throws: `malformed` with the member that a station would refuse; nothing is kept then.
    package func issue(_ form: ConsentForm) throws(ClinicError) -> IssuedConsent {
        try alone { () throws(ClinicError) in
            let policy = try policy()
            let jti = UUID().uuidString.lowercased()
            let indices = try unusedIndices(1 + form.grants.count)
            let identity = try Identity.make()
            var claims = try form.claims(
                jti: jti, policy: policy, sealTo: try identity.sealRecipient().text.description, indices: indices)
            // The record is fixed by its digest in the token: a later change to it shows.
            let record = Self.longRecord(claims, jti: jti)
            claims.set("record", .object(Self.reference(to: record, jti: jti)))
            let token = try sign(claims, type: ConsentToken.type, with: .issuer)
            try Self.judge(token, form: form, policy: policy)

            let state = ConsentRecord(jti: jti, form: form, indices: indices)
            let folder = Self.consentFolder(state.reference)
            try makeFolder(folder)
            try put(try identity.sealed(to: try keepers()), as: "\(folder)/identity.age")
            try put(record, as: "\(folder)/record.json")
            try put(token, as: "\(folder)/token.jws")
            try put(state)
            return IssuedConsent(token: token, record: state)
        }
    }

    /// The long-lived consent record (ISO/IEC TS 27560 fields), without what only the station needs.
    private static func longRecord(_ claims: JSONObject, jti: String) -> [UInt8] {
        let members = claims.members.filter { !["seal", "status", "exp", "nbf"].contains($0.key) }
        let record = JSONObject(members.map { ($0.key, $0.value) } + [("schema", .string(schema))])
        return record.canonical
    }

    private static let schema = "iso27560-2023/obscura-1"

    private static func reference(to record: [UInt8], jti: String) -> JSONObject {
        [
            "id": .string("urn:uuid:\(jti)"), "schema": .string(schema),
            "sha256": .string(Base64URL.encode(ConsentReference.digest(record))),
        ]
    }

    /// Reads the token as the station will at the first moment of its validity.
    private static func judge(
        _ token: [UInt8], form: ConsentForm, policy: ClinicPolicy
    ) throws(ClinicError) {
        do {
            _ = try ConsentToken(
                verifying: token, policy: policy, station: form.station, now: max(form.notBefore, form.issuedAt),
                isRecipient: { RecipientText(parsing: $0) != nil })
        } catch { throw .malformed("consent", ConsentWords.sentence(error)) }
    }
}

extension ConsentReference {
    /// SHA-256 of any bytes (32 bytes).
    fileprivate static func digest(_ bytes: [UInt8]) -> [UInt8] {
        (try? Digest.of(bytes).bytes) ?? []
    }
}

/// A consent error in words for the person at the clinic who typed the consent.
enum ConsentWords {
    static func sentence(_ error: ConsentError) -> String {
        switch error {
        case .captureScope(let member): "nothing, or nothing possible, under \(member)"
        case .lifetime(let seconds): "it would hold for \(seconds) s, more than twelve hours"
        case .expired: "it ends before it begins"
        case .noticeTooShort(let seconds): "the patient had the notice for \(seconds) s, fewer than the policy asks"
        case .noticeRetired(let version): "notice version \(version) was retired by the policy"
        case .limitsOfAINotAcknowledged: "a grant uses AI and its limits were not acknowledged"
        case .guardianNeeded: "a child's consent is given by a guardian"
        case .givenBy(let text): "given by \(text)"
        case .ageBand(let text): "age band \(text)"
        case .methodDefault: "a default is no consent"
        case .careNotPermitted: "care is not granted"
        case .grantTwice(let purpose): "\(purpose) is granted twice"
        case .givenInFuture: "it was given after it was issued"
        case .malformed(.invalid(let path)): "malformed \(path)"
        case .size(let bytes): "\(bytes) bytes, more than a station takes"
        default: "\(error)"
        }
    }
}
