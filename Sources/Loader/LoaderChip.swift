/// What is burnt into a chip for good, as far as it decides what the chip starts.
package struct LoaderChip: Equatable, Sendable {
    /// The factory's number, another for each chip; the pod's serial number.
    package let number: UInt64
    /// Whether the ROM starts signed images only.
    package let isSecured: Bool
    /// SHA-256 of each public key (64 bytes: x, y) whose images the ROM starts.
    package let keyDigests: [[UInt8]]
    /// Whether the chip would take further keys, of whoever reaches its USB.
    package let hasFreeKeys: Bool

    /// BOOT_FLAGS1, three times (RP2350 datasheet, 13.10).
    static let flagRow: UInt16 = 0x4B
    /// BOOTKEY0; the next key is 16 rows on.
    static let keyRow: UInt16 = 0x80

    /// The number as the pod writes its serial number: 16 upper-case hexadecimal digits.
    package var serial: String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Which of the four keys are in use: KEY_VALID without KEY_INVALID.
    static func validKeys(_ copies: [UInt32]) -> [UInt16] {
        let flags = majority(copies)
        let valid = flags & ~(flags >> 8) & 0xF
        return (0..<4).filter { valid & 1 << $0 != 0 }
    }

    /// Whether some key is neither in use nor marked as never to be.
    static func hasFreeKeys(_ copies: [UInt32]) -> Bool {
        let flags = majority(copies)
        return (flags | flags >> 8) & 0xF != 0xF
    }

    /// The bits that most of the three copies have.
    private static func majority(_ copies: [UInt32]) -> UInt32 {
        copies[0] & copies[1] | copies[1] & copies[2] | copies[0] & copies[2]
    }
}
