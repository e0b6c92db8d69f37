/// Why bytes are not the JSON, base64url, hex, key or JWS they claim to be.
package enum JOSEError: Error, Equatable, Sendable {
    /// The text has this many bytes, more than the caller's bound.
    case size(Int, bound: Int)
    /// The text is not JSON of this profile; `offset` is the byte where reading stopped.
    case json(JSONFault, offset: Int)
    /// A member that must be there is absent; the path, as in `capture.sites`.
    case missing(String)
    /// A member has the wrong type or a value outside its bounds; the path.
    case invalid(String)
    /// A member that this document does not have; the path.
    case unknownMember(String)
    /// Not canonical, unpadded base64url (RFC 4648 section 5).
    case base64url
    /// Not lower-case hex of the expected length.
    case hex
    /// Not three parts; how many there were.
    case parts(Int)
    /// The header names another algorithm than ES256.
    case algorithm(String)
    /// The header names another document type than the one asked for.
    case type(String)
    /// The signature has this many bytes, not 64.
    case signatureLength(Int)
    /// The signature does not hold under this key.
    case signature
    /// Not the DER of an uncompressed P-256 public key.
    case key
    /// The document carries another key than the pinned one; that key's fingerprint.
    case notPinned(Fingerprint)
}

/// What is wrong with a JSON text.
package enum JSONFault: Error, Equatable, Sendable {
    case unexpectedByte, unexpectedEnd, trailingBytes
    case notUTF8, controlCharacter, escape, loneSurrogate
    case duplicateKey(String)
    /// Deeper than 16 levels.
    case depth
    /// A fraction, an exponent, a leading zero, `-0`, or a whole number outside ±(2^53 - 1).
    case number
}
