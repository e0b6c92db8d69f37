import Crypto
import Hex

/// The SHA-256 of a public key's SubjectPublicKeyInfo DER (32 bytes): how people and policies name keys.
package struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Reads 64 lower-case hex digits.
    package init(hex: String) throws(JOSEError) { bytes = try Hex.decode(hex, count: 32) }

    init(of der: [UInt8]) { bytes = Array(SHA256.hash(data: der)) }

    package var hex: String { Hex.encode(bytes) }
    package var description: String { hex }
}

/// A P-256 public key with the DER it was read from (RFC 5480: uncompressed point, named curve, 91 bytes).
package struct PublicKey: Sendable, Equatable {
    private static let prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
        0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ]

    /// SubjectPublicKeyInfo, 91 bytes.
    package let der: [UInt8]
    package let key: P256.Signing.PublicKey

    /// Reads the one DER form this project writes; a point off the curve is refused.
    package init(der: [UInt8]) throws(JOSEError) {
        guard der.count == 91, der.starts(with: Self.prefix), der[26] == 0x04 else { throw .key }
        do { key = try P256.Signing.PublicKey(x963Representation: der[26...]) } catch { throw .key }
        self.der = der
    }

    /// Reads the base64url of the DER, as documents carry it.
    package init(base64url text: String) throws(JOSEError) { try self.init(der: Base64URL.decode(text)) }

    package init(_ key: P256.Signing.PublicKey) {
        self.key = key
        der = Self.prefix + Array(key.x963Representation)
    }

    package var base64url: String { Base64URL.encode(der) }
    package var fingerprint: Fingerprint { Fingerprint(of: der) }

    package static func == (left: PublicKey, right: PublicKey) -> Bool { left.der == right.der }
}
