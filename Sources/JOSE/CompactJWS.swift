import Crypto

/// A JWS in compact form (RFC 7515 section 7.1) of this project's profile; its payload comes out only verified.
///
/// The header holds exactly `alg` (ES256), `typ` and `kid` (RFC 8725 sections 3.1 and 3.11), so no key reference
/// (`jku`, `x5u`, `jwk`) is ever followed and nothing critical is ever overlooked.
package struct CompactJWS: Sendable {
    private static let headerBound = 1024

    /// The document type in the header, not yet verified.
    package let type: String
    /// The key id in the header, not yet verified.
    package let kid: String
    private let signingInput: [UInt8]
    private let payload: [UInt8]
    private let signature: [UInt8]

    /// Reads the form; believes nothing.
    ///
    /// - Parameter bound: the largest size in bytes that is looked at.
    package init(parsing bytes: [UInt8], bound: Int) throws(JOSEError) {
        guard bytes.count <= bound else { throw .size(bytes.count, bound: bound) }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .parts(parts.count) }
        var header = try ObjectReader(parsing: Base64URL.decode(parts[0]), bound: Self.headerBound)
        let algorithm = try header.string("alg")
        guard algorithm == "ES256" else { throw .algorithm(algorithm) }
        type = try header.string("typ")
        kid = try header.string("kid")
        try header.finish()
        payload = try Base64URL.decode(parts[1])
        signature = try Base64URL.decode(parts[2])
        guard signature.count == 64 else { throw .signatureLength(signature.count) }
        signingInput = Array(bytes[..<parts[1].endIndex])
    }

    /// The payload, when the type is `type` and the signature holds under `key`.
    package func payload(verifiedBy key: P256.Signing.PublicKey, type: String) throws(JOSEError) -> [UInt8] {
        guard self.type == type else { throw .type(self.type) }
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
            key.isValidSignature(signature, for: signingInput)
        else { throw .signature }
        return payload
    }

    /// The payload of a document that carries its own key: the key under `member` must be the pinned one.
    ///
    /// Nothing but that member is looked at before the signature holds.
    package func payload(
        carryingKey member: String, pinned: Fingerprint, type: String
    ) throws(JOSEError) -> [UInt8] {
        guard self.type == type else { throw .type(self.type) }
        var reader = try ObjectReader(parsing: payload, bound: payload.count)
        let key = try PublicKey(base64url: reader.string(member))
        guard key.fingerprint == pinned else { throw .notPinned(key.fingerprint) }
        return try payload(verifiedBy: key.key, type: type)
    }

    /// What a signer signs: header and payload, both base64url, with a dot between.
    package static func signingInput(type: String, kid: String, payload: [UInt8]) -> [UInt8] {
        let header: JSONObject = ["alg": .string("ES256"), "kid": .string(kid), "typ": .string(type)]
        return Base64URL.encodedBytes(header.canonical) + [UInt8(ascii: ".")] + Base64URL.encodedBytes(payload)
    }

    /// Joins a signing input and its raw signature (r ‖ s, 64 bytes) to a JWS.
    package static func assemble(_ signingInput: [UInt8], signature: [UInt8]) throws(JOSEError) -> [UInt8] {
        guard signature.count == 64 else { throw .signatureLength(signature.count) }
        return signingInput + [UInt8(ascii: ".")] + Base64URL.encodedBytes(signature)
    }

    /// Signs with a key in memory: the clinic's side, and tests.
    package static func sign(
        type: String, kid: String, payload: [UInt8], key: P256.Signing.PrivateKey
    ) throws -> [UInt8] {
        let input = signingInput(type: type, kid: kid, payload: payload)
        return try assemble(input, signature: Array(key.signature(for: input).rawRepresentation))
    }
}
