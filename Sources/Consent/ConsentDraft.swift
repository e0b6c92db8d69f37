import Crypto
import JOSE

/// A consent in the making: the clinic's side. Times are seconds since 1970.
package struct ConsentDraft: Sendable {
    /// One permitted purpose and its place in a status list.
    package struct Permit: Sendable {
        package var purpose: Purpose
        package var form: Form
        package var basis: String
        package var withdraw: WithdrawalRule
        package var listURI: String
        package var index: Int64
        /// `YYYY-MM-DD`.
        package var keepUntil: String
        /// Who may open the de-identified assets, by id and `age1pq` recipient.
        package var further: [(id: String, to: String)] = []

        package init(
            _ purpose: Purpose, form: Form, basis: String, withdraw: WithdrawalRule, listURI: String, index: Int64,
            keepUntil: String
        ) {
            self.purpose = purpose
            self.form = form
            self.basis = basis
            self.withdraw = withdraw
            self.listURI = listURI
            self.index = index
            self.keepUntil = keepUntil
        }
    }

    package var issuer: String
    package var station: String
    package var handle: String
    package var jti: String
    package var issuedAt: Int64
    package var expires: Int64
    package var sealTo: String
    /// The master entry of the consent.
    package var listURI: String
    package var index: Int64

    package var clinic = "clinic.example"
    /// The clinic's record of the consent and its SHA-256, 32 bytes.
    package var record: (id: String, sha256: [UInt8]) = ("", [UInt8](repeating: 0, count: 32))
    package var noticeURI = ""
    package var noticeVersion = "1"
    package var noticeLanguage = "en"
    package var noticeSHA256 = [UInt8](repeating: 0, count: 32)
    package var noticeGivenAt: Int64
    package var limitsOfAIAcknowledged = false
    package var jurisdictions: [String] = []
    package var withdrawURI = ""
    package var givenAt: Int64
    package var givenBy = "self"
    package var ageBand = "adult"
    package var method = "signature-pad"
    package var evidenceSHA256 = [UInt8](repeating: 0, count: 32)
    package var encounter = ""
    package var encounterClass = "consult"
    package var modalities: [String] = []
    package var sites: [String] = []
    package var maxFrames: Int64 = 60
    package var face = FaceRule.mask
    /// The written release that measuring the body's shape takes; without one the token does not permit it.
    package var release: BiometricRelease?
    package var permits: [Permit] = []
    /// Purposes that the patient was asked for and refused.
    package var denied: [Purpose] = []

    /// The notice counts as given when the consent was, until the caller says otherwise.
    package init(
        issuer: String, station: String, handle: String, jti: String, issuedAt: Int64, expires: Int64,
        sealTo: String, listURI: String, index: Int64
    ) {
        self.issuer = issuer
        self.station = station
        self.handle = handle
        self.jti = jti
        self.issuedAt = issuedAt
        self.expires = expires
        self.sealTo = sealTo
        self.listURI = listURI
        self.index = index
        noticeGivenAt = issuedAt
        givenAt = issuedAt
    }

    /// Signs the token after reading it as a station would; a draft that no station could read is refused here.
    package func sign(kid: String, key: P256.Signing.PrivateKey) throws -> [UInt8] {
        let payload = object.canonical
        _ = try ConsentClaims(parsing: payload)
        return try CompactJWS.sign(type: ConsentToken.type, kid: kid, payload: payload, key: key)
    }
}
