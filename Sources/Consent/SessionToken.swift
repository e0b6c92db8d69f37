import BundleFormat
import JOSE
import Policy

/// What a session rests on: a patient's consent, or the clinic's word that there is no patient.
package enum SessionToken: Sendable, Equatable {
    case consent(ConsentToken)
    case service(ServiceToken)

    /// The types of document that can be one.
    package static let types = [ConsentToken.type, ServiceToken.type]

    /// Verifies a document by the type that its header names.
    ///
    /// - Parameters:
    ///   - bytes: the JWS in compact form, at most 16 KiB.
    ///   - station: this station's name, without the `obscura:` of the audience.
    ///   - now: seconds since 1970.
    package init(
        verifying bytes: [UInt8], policy: ClinicPolicy, station: String, now: Int64
    ) throws(ConsentError) {
        let jws = try reading { () throws(JOSEError) in try CompactJWS(parsing: bytes, bound: ConsentToken.bound) }
        if jws.type == ServiceToken.type {
            self = .service(try ServiceToken(jws, bytes, policy: policy, station: station, now: now))
        } else {
            self = .consent(try ConsentToken(jws, bytes, policy: policy, station: station, now: now))
        }
    }

    package var reference: ConsentReference {
        switch self {
        case .consent(let token): token.reference
        case .service(let token): token.reference
        }
    }

    package var scope: CaptureScope {
        switch self {
        case .consent(let token): token.claims.capture.scope
        case .service(let token): token.claims.scope
        }
    }

    /// Denied purposes, as they are written.
    package var denied: [String] {
        switch self {
        case .consent(let token): token.claims.denied
        case .service: []
        }
    }

    /// `patient` or `service`, as status, index and verdict call it.
    package var kind: String { Exposure.kind(subject) }

    /// Seconds since 1970.
    package var expires: Int64 {
        switch self {
        case .consent(let token): token.claims.times.expires
        case .service(let token): token.claims.times.expires
        }
    }

    /// The policy's key that signed it.
    package var kid: String {
        switch self {
        case .consent(let token): token.kid
        case .service(let token): token.kid
        }
    }

    /// Without a patient nobody can allow a face to be seen.
    package var face: FaceRule {
        switch self {
        case .consent(let token): token.claims.capture.face
        case .service: .mask
        }
    }

    /// What becomes of waiting pictures when the session is withdrawn at the chair. Nobody misses a test.
    package var withdrawal: WithdrawalRule {
        switch self {
        case .consent(let token): token.claims.permitted.first { $0.purpose == .care }?.withdraw ?? .restrict
        case .service: .purge
        }
    }

    var allowsGeometry: Bool {
        switch self {
        case .consent(let token): token.claims.capture.geometry
        case .service: false
        }
    }

    /// The place of the whole in a status list.
    var master: ConsentClaims.Status {
        switch self {
        case .consent(let token): token.claims.status
        case .service(let token): token.claims.status
        }
    }

    var grants: [ConsentClaims.Grant] {
        switch self {
        case .consent(let token): token.claims.permitted
        case .service: []
        }
    }

    /// Its part of what a shot's grant says.
    var subject: Exposure.Subject? {
        switch self {
        case .consent(let token):
            Exposure.Subject(handle: token.claims.handle, encounter: token.claims.capture.encounter)
        case .service: nil
        }
    }

    var sealTo: RecipientText {
        switch self {
        case .consent(let token): token.sealTo
        case .service(let token): token.sealTo
        }
    }

    var further: [ConsentToken.FurtherRecipient] {
        switch self {
        case .consent(let token): token.further
        case .service: []
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .consent(let token): token.bytes
        case .service(let token): token.bytes
        }
    }
}

/// What may be photographed, and how often.
package struct CaptureScope: Sendable, Equatable {
    package let modalities: [Modality]
    package let sites: [Site]
    package let maxFrames: Int64

    func check(mostFrames: Int64) throws(ConsentError) {
        guard !modalities.isEmpty else { throw .captureScope("modalities") }
        guard !sites.isEmpty else { throw .captureScope("sites") }
        guard (1...mostFrames).contains(maxFrames) else { throw .captureScope("max_frames") }
    }
}

extension CompactJWS {
    /// The payload, when it is of this type and the policy's issuer of that key id signed it.
    func signed(
        as type: String, under policy: ClinicPolicy
    ) throws(ConsentError) -> (issuer: PolicyClaims.Issuer, payload: [UInt8]) {
        guard self.type == type else { throw .type(self.type) }
        guard let issuer = policy.issuer(kid: kid) else { throw .unknownKey(kid) }
        return (issuer, try reading { () throws(JOSEError) in try payload(verifiedBy: issuer.key.key, type: type) })
    }
}

extension PolicyClaims.Issuer {
    /// Whether a token is this issuer's and for this station alone.
    func check(iss: String, aud: [String], station: String) throws(ConsentError) {
        guard iss == self.iss else { throw .issuer(iss) }
        guard aud == ["obscura:\(station)"] else { throw .audience(aud) }
    }
}

/// When a token holds, in seconds since 1970.
package struct TokenTimes: Sendable, Equatable {
    package let issuedAt: Int64
    package let notBefore: Int64
    package let expires: Int64

    /// - Parameter longest: the longest validity, seconds.
    func check(now: Int64, longest: Int64) throws(ConsentError) {
        let skew = ConsentToken.skew
        guard now + skew >= max(notBefore, issuedAt) else { throw .notYetValid(from: max(notBefore, issuedAt)) }
        guard now < expires + skew else { throw .expired(at: expires) }
        guard expires - issuedAt <= longest + skew else { throw .lifetime(expires - issuedAt, most: longest) }
    }
}
