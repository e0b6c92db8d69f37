import Consent
import Crypto
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
    /// - Throws: `consentRefused` when a station would refuse it; nothing is kept then.
    package func issue(_ form: ConsentForm) throws(ClinicError) -> IssuedConsent {
        try alone { () throws(ClinicError) in
            let policy = try policy()
            let jti = UUID().uuidString.lowercased()
            let indices = try unusedIndices(1 + form.grants.count)
            let identity = try Identity.make()
            var draft = try form.draft(
                jti: jti, policy: policy, sealTo: try identity.sealRecipient().text.description, indices: indices)
            // The record is fixed by its digest in the token: a later change to it shows.
            let record = Self.longRecord(form.claims(of: draft))
            draft.record = (id: "urn:uuid:\(jti)", sha256: Array(SHA256.hash(data: record)))
            let token = try sign(form.claims(of: draft), type: ConsentToken.type, with: .issuer)
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
    private static func longRecord(_ claims: JSONObject) -> [UInt8] {
        let members = claims.members.filter { !["record", "seal", "status", "exp", "nbf"].contains($0.key) }
        let schema = ("schema", JSON.string("iso27560-2023/obscura-1"))
        return JSONObject(members.map { ($0.key, $0.value) } + [schema]).canonical
    }

    /// Reads the token as the station will at the first moment of its validity.
    private static func judge(
        _ token: [UInt8], form: ConsentForm, policy: ClinicPolicy
    ) throws(ClinicError) {
        do throws(ConsentError) {
            _ = try ConsentToken(
                verifying: token, policy: policy, station: form.station, now: max(form.notBefore, form.issuedAt))
        } catch { throw .consentRefused(error.operatorLine) }
    }
}
