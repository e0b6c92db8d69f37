import Consent
import Crypto
import Foundation
import JOSE
import Policy

/// What a person filled in for one consent; `ConsentIssuer` adds what only the clinic can add. Times are seconds since 1970.
package struct ConsentForm: Sendable {
    /// Where a de-identified picture may go besides the store.
    package struct Grant: Sendable {
        package let purpose: Purpose
        /// An `age1pq` recipient of its own, or nil: the store serves this purpose.
        package let recipient: String?

        package init(purpose: Purpose, recipient: String?) { (self.purpose, self.recipient) = (purpose, recipient) }
    }

    package struct Notice: Sendable {
        package var uri: String
        package var version: String
        package var language: String
        /// The text the patient was given.
        package var text: [UInt8]
        package var givenAt: Int64
        package var limitsOfAIAcknowledged: Bool

        package init(
            uri: String, version: String, language: String, text: [UInt8], givenAt: Int64, limitsOfAIAcknowledged: Bool
        ) {
            self.uri = uri
            self.version = version
            self.language = language
            self.text = text
            self.givenAt = givenAt
            self.limitsOfAIAcknowledged = limitsOfAIAcknowledged
        }
    }

    package struct Given: Sendable {
        package var at: Int64
        package var by: String
        package var ageBand: String
        package var method: String
        /// The signature as it was taken, or the form as it was scanned.
        package var evidence: [UInt8]

        package init(at: Int64, by: String, ageBand: String, method: String, evidence: [UInt8]) {
            (self.at, self.by, self.ageBand, self.method, self.evidence) = (at, by, ageBand, method, evidence)
        }
    }

    package var station: String
    package var patient: String
    package var sites: [String]
    package var modalities: [String]
    package var frames: Int64
    package var face: FaceRule
    package var encounter: String
    package var encounterClass: String
    package var country: String
    package var notBefore: Int64
    package var expires: Int64
    package var issuedAt: Int64
    package var notice: Notice
    package var given: Given
    package var grants: [Grant]
    /// The day until which the record is kept, `YYYY-MM-DD`.
    package var keepUntil: String
    /// What permits the shape of the body to be measured; nil where that is not permitted.
    package var release: BiometricRelease?

    package init(
        station: String, patient: String, sites: [String], modalities: [String], frames: Int64, face: FaceRule,
        encounter: String, encounterClass: String, country: String, notBefore: Int64, expires: Int64, issuedAt: Int64,
        notice: Notice, given: Given, grants: [Grant], keepUntil: String
    ) {
        self.station = station
        self.patient = patient
        self.sites = sites
        self.modalities = modalities
        self.frames = frames
        self.face = face
        self.encounter = encounter
        self.encounterClass = encounterClass
        self.country = country
        self.notBefore = notBefore
        self.expires = expires
        self.issuedAt = issuedAt
        self.notice = notice
        self.given = given
        self.grants = grants
        self.keepUntil = keepUntil
    }
}

extension ConsentForm {
    /// Purposes that a token names as denied when nobody granted them, so that the patient reads what was not agreed.
    private static let named: [Purpose] = [
        .careAIAnalysis, .aiTraining, .research, .teaching, .publication, .marketing,
    ]

    /// - Parameter indices: the place in the status list of the consent itself, then of each grant, in order.
    func draft(
        jti: String, policy: ClinicPolicy, sealTo: String, indices: [Int]
    ) throws(ClinicError) -> ConsentDraft {
        let (list, issuer) = try policy.issuing
        var draft = ConsentDraft(
            issuer: issuer.iss, station: station, handle: patient, jti: jti, issuedAt: issuedAt, expires: expires,
            sealTo: sealTo, listURI: list.uri, index: Int64(indices[0]))
        draft.clinic = policy.claims.iss
        draft.noticeURI = notice.uri
        draft.noticeVersion = notice.version
        draft.noticeLanguage = notice.language
        draft.noticeSHA256 = Array(SHA256.hash(data: notice.text))
        draft.noticeGivenAt = notice.givenAt
        draft.limitsOfAIAcknowledged = notice.limitsOfAIAcknowledged
        draft.jurisdictions = [country]
        draft.withdrawURI = "\(issuer.iss)/w"
        draft.givenAt = given.at
        draft.givenBy = given.by
        draft.ageBand = given.ageBand
        draft.method = given.method
        draft.evidenceSHA256 = Array(SHA256.hash(data: given.evidence))
        draft.encounter = encounter
        draft.encounterClass = encounterClass
        draft.modalities = modalities
        draft.sites = sites
        draft.maxFrames = frames
        draft.face = face
        draft.release = release
        draft.permits = zip(grants, indices.dropFirst()).map { permit($0, list: list.uri, index: $1) }
        draft.denied = Self.named.filter { purpose in !grants.contains { $0.purpose == purpose } }
        return draft
    }

    /// The claims of a draft, with the moment from which this consent holds.
    func claims(of draft: ConsentDraft) -> JSONObject {
        var claims = draft.object
        claims.set("nbf", .integer(notBefore))
        return claims
    }

    private func permit(_ grant: Grant, list: String, index: Int) -> ConsentDraft.Permit {
        let isCare = grant.purpose == .care
        var permit = ConsentDraft.Permit(
            grant.purpose, form: isCare ? .identifiable : .deid, basis: isCare ? "gdpr-9-2-h" : "gdpr-9-2-a",
            withdraw: isCare ? .restrict : .purge, listURI: list, index: Int64(index), keepUntil: keepUntil)
        if let recipient = grant.recipient { permit.further = [(id: grant.purpose.rawValue, to: recipient)] }
        return permit
    }
}
