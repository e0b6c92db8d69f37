import AEAD

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
        guard let bytes = decodeHex(hex), bytes.count == 32 else { throw .value(.digest) }
        self.bytes = bytes
    }

    package static func of(_ bytes: Span<UInt8>) throws(BundleError) -> Digest {
        do { return try Digest(sha256(bytes)) } catch { throw .hashing }
    }

    package static func of(_ bytes: [UInt8]) throws(BundleError) -> Digest { try of(bytes.span) }

    package var hex: String { encodeHex(bytes) }
    package var description: String { hex }
}

func encodeHex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// Lower case only, an even number of characters; nil otherwise.
func decodeHex(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text.utf8 {
        let value: UInt8
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): value = character - UInt8(ascii: "a") + 10
        default: return nil
        }
        if let first = high {
            bytes.append(first << 4 | value)
            high = nil
        } else {
            high = value
        }
    }
    return high == nil ? bytes : nil
}
