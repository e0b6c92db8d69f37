import JOSE

/// What a patient signed before the shape of face or head is measured. Times are seconds since 1970.
package struct BiometricRelease: Sendable, Equatable {
    /// Where the clinic's policy on such data can be read.
    package var policyURI: String
    /// When the patient was informed in writing.
    package var informedAt: Int64
    package var purpose: String
    /// How long the data is kept, as in `P3Y`.
    package var term: String
    /// The day on which it is destroyed at the latest, `YYYY-MM-DD`.
    package var destroyBy: String
    /// SHA-256 of the signed release, 32 bytes.
    package var sha256: [UInt8]
    package var signedAt: Int64
    /// `self`, `guardian` or `representative`.
    package var signer: String

    package init(
        policyURI: String, informedAt: Int64, purpose: String, term: String, destroyBy: String, sha256: [UInt8],
        signedAt: Int64, signer: String
    ) {
        self.policyURI = policyURI
        self.informedAt = informedAt
        self.purpose = purpose
        self.term = term
        self.destroyBy = destroyBy
        self.sha256 = sha256
        self.signedAt = signedAt
        self.signer = signer
    }

    /// The claim of the token.
    var object: JSONObject {
        [
            "policy_uri": .string(policyURI), "informed_at": .integer(informedAt), "purpose": .string(purpose),
            "term": .string(term), "destroy_by": .string(destroyBy),
            "release_sha256": .string(Base64URL.encode(sha256)), "signed_at": .integer(signedAt),
            "signer": .string(signer),
        ]
    }
}
