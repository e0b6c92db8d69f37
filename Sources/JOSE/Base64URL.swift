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

/// Lower-case hex; upper case is refused so that equal bytes have equal texts.
package enum Hex {
    private static let alphabet = Array("0123456789abcdef".utf8)

    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        for byte in bytes { output += [alphabet[Int(byte >> 4)], alphabet[Int(byte & 15)]] }
        return String(decoding: output, as: UTF8.self)
    }

    /// - Parameter count: how many bytes the text must stand for.
    package static func decode(_ text: String, count: Int) throws(JOSEError) -> [UInt8] {
        let letters = Array(text.utf8)
        guard letters.count == count * 2 else { throw .hex }
        var output: [UInt8] = []
        output.reserveCapacity(count)
        for index in 0..<count {
            output.append(try digit(letters[index * 2]) << 4 | digit(letters[index * 2 + 1]))
        }
        return output
    }

    private static func digit(_ letter: UInt8) throws(JOSEError) -> UInt8 {
        switch letter {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): letter - UInt8(ascii: "a") + 10
        default: throw .hex
        }
    }
}
