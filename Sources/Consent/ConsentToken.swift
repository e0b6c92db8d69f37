import BundleFormat
import JOSE
import Policy

/// A consent that holds for this station now: signed by an issuer of the policy and judged claim by claim.
/// Whether it was withdrawn is asked when a session opens.
package struct ConsentToken: Sendable, Equatable {
    package static let type = "consent+jwt"
    /// Largest token, bytes.
    package static let bound = 16 * 1024
    /// Seconds by which two clocks may differ.
    package static let skew: Int64 = 60
    /// Longest validity, seconds.
    package static let longest: Int64 = 12 * 3600

    /// Someone besides the store who may open the de-identified assets of one purpose.
    package struct FurtherRecipient: Sendable, Equatable {
        package let purpose: Purpose
        package let id: String
        package let to: RecipientText
    }

    package let claims: ConsentClaims
    /// The store's recipient of this consent: everything under it is sealed to it.
    package let sealTo: RecipientText
    /// Every further recipient that the token names, whatever the status of its grant.
    package let further: [FurtherRecipient]
    /// The JWS as it came; it goes verbatim into the sealed index.
    package let bytes: [UInt8]
    package let reference: ConsentReference
    /// The policy's key that signed it.
    package let kid: String

    /// Verifies in this order: size, header, pinned key, signature, strict JSON, audience, times, notice, giver,
    /// capture scope, grants, geometry, recipients.
    ///
    /// - Parameters:
    ///   - bytes: the JWS in compact form.
    ///   - station: this station's name, without the `obscura:` of the audience.
    ///   - now: seconds since 1970.
    package init(
        verifying bytes: [UInt8], policy: ClinicPolicy, station: String, now: Int64
    ) throws(ConsentError) {
        let jws = try reading { () throws(JOSEError) in try CompactJWS(parsing: bytes, bound: Self.bound) }
        try self.init(jws, bytes, policy: policy, station: station, now: now)
    }

    init(
        _ jws: CompactJWS, _ bytes: [UInt8], policy: ClinicPolicy, station: String, now: Int64
    ) throws(ConsentError) {
        let (issuer, payload) = try jws.signed(as: Self.type, under: policy)
        let claims = try ConsentClaims(parsing: payload)
        try issuer.check(iss: claims.iss, aud: claims.aud, station: station)
        try claims.times.check(now: now, longest: Self.longest)
        try claims.checkNotice(policy: policy)
        try claims.checkGiver()
        try claims.capture.scope.check(mostFrames: 10_000)
        try claims.checkGrants()
        guard let sealTo = RecipientText(parsing: claims.sealTo) else { throw .recipient("seal.to") }
        self.sealTo = sealTo
        further = try claims.furtherRecipients()
        self.claims = claims
        self.bytes = bytes
        kid = jws.kid
        reference = ConsentReference(jti: claims.jti)
    }
}

extension ConsentClaims {
    fileprivate func checkNotice(policy: ClinicPolicy) throws(ConsentError) {
        guard !policy.isRetired(notice: notice.sha256) else { throw .noticeRetired(notice.version) }
        let thought = given.at - notice.givenAt
        guard thought >= policy.claims.noticeMinutes * 60 else { throw .noticeTooShort(thought) }
        let usesAI = permitted.contains { $0.purpose == .careAIAnalysis || $0.purpose == .careSimulation }
        guard !usesAI || notice.limitsOfAIAcknowledged else { throw .limitsOfAINotAcknowledged }
    }

    fileprivate func checkGiver() throws(ConsentError) {
        guard given.at <= times.issuedAt + ConsentToken.skew else { throw .givenInFuture(given.at) }
        guard given.method != "default" else { throw .methodDefault }
        guard ["self", "guardian", "representative"].contains(given.by) else { throw .givenBy(given.by) }
        switch given.ageBand {
        case "adult": break
        case "child": guard given.by == "guardian" else { throw .guardianNeeded }
        default: throw .ageBand(given.ageBand)
        }
    }

    fileprivate func checkGrants() throws(ConsentError) {
        guard permitted.contains(where: { $0.purpose == .care }) else { throw .careNotPermitted }
        guard !capture.geometry || hasRelease else { throw .geometryWithoutRelease }
        guard !capture.genetic else { throw .genetic }
    }

    fileprivate func furtherRecipients() throws(ConsentError) -> [ConsentToken.FurtherRecipient] {
        var further: [ConsentToken.FurtherRecipient] = []
        for grant in permitted {
            for recipient in grant.recipients {
                guard let text = recipient.to else { continue }
                // Only de-identified assets go to anyone but the store.
                guard grant.form == .deid, let to = RecipientText(parsing: text) else {
                    throw .recipient(recipient.id)
                }
                further.append(ConsentToken.FurtherRecipient(purpose: grant.purpose, id: recipient.id, to: to))
            }
        }
        return further
    }
}
