import JOSE

/// What a person filled in for one test of a station without a patient. Times are seconds since 1970.
package struct ServiceForm: Sendable {
    package var station: String
    /// Why, 1 to 200 bytes.
    package var reason: String
    package var modalities: [String]
    package var sites: [String]
    package var frames: Int64
    package var issuedAt: Int64
    package var expires: Int64

    package init(
        station: String, reason: String, modalities: [String], sites: [String], frames: Int64, issuedAt: Int64,
        expires: Int64
    ) {
        self.station = station
        self.reason = reason
        self.modalities = modalities
        self.sites = sites
        self.frames = frames
        self.issuedAt = issuedAt
        self.expires = expires
    }
    /// The claims of the token.
    ///
    /// - Parameters:
    ///   - sealTo: the `age1pq` recipient made for it.
    ///   - index: its place in the status list at `listURI`.
    package func claims(
        issuer: String, jti: String, sealTo: String, listURI: String, index: Int
    ) -> JSONObject {
        [
            "iss": .string(issuer), "aud": .strings(["obscura:\(station)"]), "jti": .string(jti),
            "iat": .integer(issuedAt), "nbf": .integer(issuedAt), "exp": .integer(expires), "ver": .integer(1),
            "reason": .string(reason), "seal": .object(["to": .string(sealTo)]),
            "capture": .object([
                "modalities": .strings(modalities), "sites": .strings(sites), "max_frames": .integer(frames),
            ]),
            "status": ConsentDraft.status(uri: listURI, index: Int64(index)),
        ]
    }
}
