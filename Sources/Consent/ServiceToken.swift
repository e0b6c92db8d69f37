import BundleFormat
import JOSE
import Policy

/// A clinic's permission to try a station out: with no patient, so with no handle, no purposes and no face but a hidden one.
/// What is taken under it is sealed and delivered like any picture, says that it is a test, and is never clinical.
package struct ServiceToken: Sendable, Equatable {
    package static let type = "obscura-service+jwt"
    /// Longest validity, seconds: an engineer's visit, not a second way to take pictures all day.
    package static let longest: Int64 = 4 * 3600
    /// Most frames under one token.
    package static let mostFrames: Int64 = 200

    package let claims: ServiceClaims
    package let sealTo: RecipientText
    /// The JWS as it came; it goes verbatim into the sealed index.
    package let bytes: [UInt8]
    package let reference: ConsentReference
    /// The policy's key that signed it.
    package let kid: String

    /// Verifies as a consent is verified: size, header, pinned key, signature, strict JSON, issuer, audience, times, scope.
    init(
        _ jws: CompactJWS, _ bytes: [UInt8], policy: ClinicPolicy, station: String, now: Int64
    ) throws(ConsentError) {
        let (issuer, payload) = try jws.signed(as: Self.type, under: policy)
        let claims = try ServiceClaims(parsing: payload)
        try issuer.check(iss: claims.iss, aud: claims.aud, station: station)
        try claims.times.check(now: now, longest: Self.longest)
        guard !claims.scope.modalities.contains(where: \.isGeometry) else { throw .captureScope("modalities") }
        try claims.scope.check(mostFrames: Self.mostFrames)
        guard let sealTo = RecipientText(parsing: claims.sealTo) else { throw .recipient("seal.to") }
        self.sealTo = sealTo
        self.claims = claims
        self.bytes = bytes
        kid = jws.kid
        reference = ConsentReference(jti: claims.jti)
    }
}

/// What a service token says, whole: it has no member for a patient, and one that is there is refused as unknown.
package struct ServiceClaims: Sendable, Equatable {
    package let iss: String
    package let aud: [String]
    package let jti: String
    package let times: TokenTimes
    /// Why the station is tried, 1 to 200 bytes, for the record.
    package let reason: String
    /// Meant to be an `age1pq` recipient made for this token alone.
    package let sealTo: String
    package let scope: CaptureScope
    package let status: ConsentClaims.Status

    package init(parsing payload: [UInt8]) throws(ConsentError) {
        var reader = try reading { () throws(JOSEError) in
            try ObjectReader(parsing: payload, bound: ConsentToken.bound)
        }
        iss = try reader.text("iss")
        aud = try reading { () throws(JOSEError) in try reader.strings("aud") }
        jti = try reader.text("jti")
        times = try reader.times()
        try reader.version()
        reason = try reader.text("reason")
        guard reason.utf8.count <= 200 else { throw .malformed(.invalid("reason")) }
        sealTo = try reader.within("seal") { reader throws(ConsentError) in try reader.text("to") }
        scope = try reader.within("capture") { capture throws(ConsentError) in try capture.scope() }
        status = try reader.status()
        try reading { () throws(JOSEError) in try reader.finish() }
    }
}
