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
            try Self.judge(token, station: form.station, policy: policy, at: max(form.notBefore, form.issuedAt))

            let state = ConsentRecord(jti: jti, form: form, indices: indices)
            return try keep(token, of: state, key: identity, record: record)
        }
    }

    /// Makes a key pair and a token for tests of a station without a patient.
    ///
    /// - Throws: `consentRefused` when a station would refuse it; nothing is kept then.
    package func issueService(_ form: ServiceForm) throws(ClinicError) -> IssuedConsent {
        try alone { () throws(ClinicError) in
            let policy = try policy()
            let (list, issuer) = try policy.issuing
            let jti = UUID().uuidString.lowercased()
            let index = try unusedIndices(1)[0]
            let identity = try Identity.make()
            let claims = form.claims(
                issuer: issuer.iss, jti: jti, sealTo: try identity.sealRecipient().text.description, listURI: list.uri,
                index: index)
            let token = try sign(claims, type: ServiceToken.type, with: .issuer)
            try Self.judge(token, station: form.station, policy: policy, at: form.issuedAt)
            return try keep(token, of: ConsentRecord(jti: jti, service: form, index: index), key: identity, record: nil)
        }
    }

    private func keep(
        _ token: [UInt8], of state: ConsentRecord, key identity: Identity, record: [UInt8]?
    ) throws(ClinicError) -> IssuedConsent {
        let folder = Self.consentFolder(state.reference)
        try makeFolder(folder)
        try put(try identity.sealed(to: try keepers()), as: "\(folder)/identity.age")
        if let record { try put(record, as: "\(folder)/record.json") }
        try put(token, as: "\(folder)/token.jws")
        try put(state)
        return IssuedConsent(token: token, record: state)
    }

    /// The long-lived consent record (ISO/IEC TS 27560 fields), without what only the station needs.
    private static func longRecord(_ claims: JSONObject) -> [UInt8] {
        let members = claims.members.filter { !["record", "seal", "status", "exp", "nbf"].contains($0.key) }
        let schema = ("schema", JSON.string("iso27560-2023/obscura-1"))
        return JSONObject(members.map { ($0.key, $0.value) } + [schema]).canonical
    }

    /// Reads the token as the station will at the first moment of its validity.
    private static func judge(
        _ token: [UInt8], station: String, policy: ClinicPolicy, at time: Int64
    ) throws(ClinicError) {
        do throws(ConsentError) {
            _ = try SessionToken(
                verifying: token, policy: policy, station: station, now: time)
        } catch { throw .consentRefused(error.operatorLine) }
    }
}

extension ClinicPolicy {
    /// The list and the issuer that new tokens name.
    var issuing: (list: PolicyClaims.List, issuer: PolicyClaims.Issuer) {
        get throws(ClinicError) {
            guard let list = claims.lists.first, let issuer = claims.issuers.first else {
                throw .damaged(ClinicFolder.policyFile)
            }
            return (list, issuer)
        }
    }
}
