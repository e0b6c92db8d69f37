import Hex

/// Unpadded base64url (RFC 4648 section 5); one text for each byte string, every other text is refused.
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    package static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: encodedBytes(bytes), as: UTF8.self)
    }

    package static func encodedBytes(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count * 4 + 2) / 3)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                output.append(alphabet[Int(bits >> UInt32(count) & 0x3F)])
            }
        }
        if count > 0 { output.append(alphabet[Int(bits << UInt32(6 - count) & 0x3F)]) }
        return output
    }

    package static func decode(_ text: some Collection<UInt8>) throws(JOSEError) -> [UInt8] {
        guard text.count % 4 != 1 else { throw .base64url }
        var output: [UInt8] = []
        output.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for letter in text {
            let value = values[Int(letter)]
            guard value != 0xFF else { throw .base64url }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // The unused low bits must be zero, or two texts would stand for the same bytes.
        guard bits & (1 << UInt32(count) - 1) == 0 else { throw .base64url }
        return output
    }

    package static func decode(_ text: String) throws(JOSEError) -> [UInt8] { try decode(text.utf8) }
}

extension Hex {
    /// - Parameter count: how many bytes the text must stand for.
    package static func decode(_ text: String, count: Int) throws(JOSEError) -> [UInt8] {
        guard text.utf8.count == count * 2, let bytes = decode(text) else { throw .hex }
        return bytes
    }
}
