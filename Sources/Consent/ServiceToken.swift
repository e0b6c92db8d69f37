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
        guard let issuer = policy.issuer(kid: jws.kid) else { throw .unknownKey(jws.kid) }
        let claims = try ServiceClaims(
            parsing: reading { () throws(JOSEError) in try jws.payload(verifiedBy: issuer.key.key, type: Self.type) })
        guard claims.iss == issuer.iss else { throw .issuer(claims.iss) }
        guard claims.aud == ["obscura:\(station)"] else { throw .audience(claims.aud) }
        try claims.times.check(now: now, longest: Self.longest)
        guard !claims.scope.modalities.isEmpty, !claims.scope.modalities.contains(where: \.isGeometry) else {
            throw .captureScope("modalities")
        }
        guard !claims.scope.sites.isEmpty else { throw .captureScope("sites") }
        guard (1...Self.mostFrames).contains(claims.scope.maxFrames) else { throw .captureScope("max_frames") }
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

/// A service token in the making: the clinic's side. Times are seconds since 1970.
package struct ServiceDraft: Sendable {
    package var issuer: String
    package var station: String
    package var jti: String
    package var issuedAt: Int64
    package var expires: Int64
    package var reason: String
    package var modalities: [String]
    package var sites: [String]
    package var maxFrames: Int64
    package var sealTo: String
    package var listURI: String
    package var index: Int64

    package init(
        issuer: String, station: String, jti: String, issuedAt: Int64, expires: Int64, reason: String,
        modalities: [String], sites: [String], maxFrames: Int64, sealTo: String, listURI: String, index: Int64
    ) {
        self.issuer = issuer
        self.station = station
        self.jti = jti
        self.issuedAt = issuedAt
        self.expires = expires
        self.reason = reason
        self.modalities = modalities
        self.sites = sites
        self.maxFrames = maxFrames
        self.sealTo = sealTo
        self.listURI = listURI
        self.index = index
    }

    /// The claims of the token.
    package var object: JSONObject {
        [
            "iss": .string(issuer), "aud": .strings(["obscura:\(station)"]), "jti": .string(jti),
            "iat": .integer(issuedAt), "nbf": .integer(issuedAt), "exp": .integer(expires), "ver": .integer(1),
            "reason": .string(reason), "seal": .object(["to": .string(sealTo)]),
            "capture": .object([
                "modalities": .strings(modalities), "sites": .strings(sites), "max_frames": .integer(maxFrames),
            ]),
            "status": .object(["status_list": .object(["idx": .integer(index), "uri": .string(listURI)])]),
        ]
    }
}
