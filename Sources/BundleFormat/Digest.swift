import AEAD
import Hex

/// A SHA-256 value: 32 bytes, written as 64 lower-case hex characters.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Exactly 32 bytes.
    package init(_ bytes: [UInt8]) throws(BundleError) {
        guard bytes.count == 32 else { throw .value(.digest) }
        self.bytes = bytes
    }

    /// Exactly 64 characters, `0-9a-f`.
    package init(hex: some StringProtocol) throws(BundleError) {
        guard let bytes = Hex.decode(hex), bytes.count == 32 else { throw .value(.digest) }
        self.bytes = bytes
    }

    package static func of(_ bytes: Span<UInt8>) throws(BundleError) -> Digest {
        do { return try Digest(sha256(bytes)) } catch { throw .hashing }
    }

    package static func of(_ bytes: [UInt8]) throws(BundleError) -> Digest { try of(bytes.span) }

    package var hex: String { Hex.encode(bytes) }
    package var description: String { hex }
}
