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

    package init(
        station: String, patient: String, sites: [String], modalities: [String], frames: Int64, face: FaceRule,
        encounter: String, encounterClass: String, country: String, notBefore: Int64, expires: Int64, issuedAt: Int64,
        notice: Notice, given: Given, grants: [Grant]
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
    }
}

extension ConsentForm {
    /// Purposes that a token names as denied when nobody granted them, so that the patient reads what was not agreed.
    private static let named: [Purpose] = [.careAIAnalysis, .aiTraining, .research, .teaching, .publication, .marketing]

    /// The claims of the token (`consent+jwt`), complete but for the record's digest.
    ///
    /// - Parameter indices: the place in the status list of the consent itself, then of each grant, in order.
    func claims(
        jti: String, policy: ClinicPolicy, sealTo: String, indices: [Int]
    ) throws(ClinicError) -> JSONObject {
        guard let list = policy.claims.lists.first, let issuer = policy.claims.issuers.first else {
            throw .damaged(ClinicFolder.policyFile)
        }
        let statuses = indices.map { status(uri: list.uri, index: $0) }
        let permitted = zip(grants, statuses.dropFirst()).map { JSON.object(member(of: $0, status: $1)) }
        let denied = Self.named.filter { purpose in !grants.contains { $0.purpose == purpose } }.map {
            JSON.object(["p": .string($0.rawValue), "decision": .string("deny")])
        }
        return [
            "iss": .string(issuer.iss), "aud": .strings(["obscura:\(station)"]), "sub": .string(patient),
            "jti": .string(jti), "iat": .integer(issuedAt), "nbf": .integer(notBefore), "exp": .integer(expires),
            "ver": .integer(1), "notice": .object(noticeMember),
            "controller": .object([
                "id": .string(policy.claims.iss), "dpo": .string("dpo@\(policy.claims.iss)"),
            ]),
            "juris": .strings([country]), "withdraw_uri": .string("\(issuer.iss)/w"), "given": .object(givenMember),
            "seal": .object(["to": .string(sealTo)]), "capture": .object(captureMember),
            "grants": .array(permitted + denied), "biometric_release": .null, "status": .object(statuses[0]),
        ]
    }

    private var noticeMember: JSONObject {
        [
            "uri": .string(notice.uri), "version": .string(notice.version), "lang": .string(notice.language),
            "sha256": .string(Base64URL.encode(Array(SHA256.hash(data: notice.text)))),
            "given_at": .integer(notice.givenAt), "ai_limits_ack": .bool(notice.limitsOfAIAcknowledged),
        ]
    }

    private var givenMember: JSONObject {
        [
            "at": .integer(given.at), "by": .string(given.by), "age_band": .string(given.ageBand),
            "method": .string(given.method),
            "evidence_sha256": .string(Base64URL.encode(Array(SHA256.hash(data: given.evidence)))),
        ]
    }

    private var captureMember: JSONObject {
        [
            "encounter": .string(encounter), "class": .string(encounterClass), "modalities": .strings(modalities),
            "sites": .strings(sites), "max_frames": .integer(frames), "face": .string(face.rawValue),
            "geometry": .bool(false), "video": .bool(false), "genetic": .bool(false),
            "data_items": .strings(["image"]),
        ]
    }

    private func status(uri: String, index: Int) -> JSONObject {
        ["status_list": .object(["idx": .integer(Int64(index)), "uri": .string(uri)])]
    }

    private func member(of grant: Grant, status: JSONObject) -> JSONObject {
        let isCare = grant.purpose == .care
        let id = isCare ? "store:clinic" : "\(grant.purpose.rawValue):clinic"
        let recipient: JSON =
            if let text = grant.recipient { .object(["id": .string(id), "to": .string(text)]) } else { .string(id) }
        return [
            "p": .string(grant.purpose.rawValue), "decision": .string("permit"),
            "basis": .string(isCare ? "gdpr-9-2-h" : "gdpr-9-2-a"),
            "form": .string(isCare ? "identifiable" : "deid"), "recipients": .array([recipient]),
            "where": .strings([country]),
            "retain": .object(["rule": .string(isCare ? "care-record" : "until-withdrawn")]),
            "withdraw": .string(isCare ? "restrict" : "purge"), "status": .object(status),
        ]
    }
}
