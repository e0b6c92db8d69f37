/// Bech32 (BIP 173) without the 90-character limit, as age writes recipients and identities.
package enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    /// Longer text than any recipient: 1216 bytes are 1946 characters and the label.
    package static let longest = 4096

    /// - Parameters:
    ///   - label: the human-readable part in lower case.
    ///   - bytes: the payload.
    /// - Returns: lower-case text.
    package static func encode(label: String, _ bytes: [UInt8]) -> String {
        let values = regroup(bytes, from: 8, to: 5, padding: true) ?? []
        let check = checksum(expand(Array(label.utf8)) + values + [UInt8](repeating: 0, count: 6)) ^ 1
        let tail = (0..<6).map { UInt8(check >> UInt32(5 * (5 - $0)) & 31) }
        return label + "1" + String(decoding: (values + tail).map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// The payload of text under this label; nil for mixed case, a wrong label, checksum, character or padding.
    ///
    /// - Parameter label: in lower case; text in upper case is accepted under the same label in upper case.
    package static func decode(label: String, _ text: some StringProtocol) -> [UInt8]? {
        var bytes = Array(text.utf8)
        guard bytes.count <= longest else { return nil }
        let upper = bytes.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        let lower = bytes.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        guard !(upper && lower) else { return nil }
        if upper { bytes = bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 } }
        let prefix = Array(label.utf8) + [UInt8(ascii: "1")]
        guard bytes.starts(with: prefix), bytes.count >= prefix.count + 6 else { return nil }
        var values: [UInt8] = []
        for byte in bytes[prefix.count...] {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            values.append(UInt8(value))
        }
        guard checksum(expand(Array(label.utf8)) + values) == 1 else { return nil }
        return regroup(values.dropLast(6), from: 5, to: 8, padding: false)
    }

    private static func expand(_ label: [UInt8]) -> [UInt8] { label.map { $0 >> 5 } + [0] + label.map { $0 & 31 } }

    private static func checksum(_ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        return values.reduce(1) { sum, value in
            var next = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
            for bit in 0..<5 where sum >> UInt32(25 + bit) & 1 == 1 { next ^= generator[bit] }
            return next
        }
    }

    private static func regroup(_ values: some Sequence<UInt8>, from: Int, to: Int, padding: Bool) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var held = 0
        for value in values {
            bits = (bits << UInt32(from) | UInt32(value)) & 0xfff
            held += from
            while held >= to {
                held -= to
                result.append(UInt8(bits >> UInt32(held) & (1 << UInt32(to) - 1)))
            }
        }
        let rest = bits & (1 << UInt32(held) - 1)
        if padding {
            if held > 0 { result.append(UInt8(rest << UInt32(to - held) & (1 << UInt32(to) - 1))) }
            return result
        }
        return held < from && rest == 0 ? result : nil
    }
}
