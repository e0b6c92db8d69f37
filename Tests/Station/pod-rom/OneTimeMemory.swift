/// A chip's one-time memory, as far as it decides what the chip starts (RP2350 datasheet, 13.10).
package struct OneTimeMemory: Sendable {
    /// Starts signed images only.
    package let isSecured: Bool
    /// SHA-256 of the public keys, four at most; the last `retired` of them are marked invalid.
    private let digests: [[UInt8]]
    private let retired: Int
    /// Whether keys that are not in use are marked as never to be.
    private let isClosed: Bool

    package init(isSecured: Bool, keyDigests: [[UInt8]], retired: Int = 0, isClosed: Bool = true) {
        precondition(keyDigests.count <= 4 && keyDigests.allSatisfy { $0.count == 32 } && retired <= keyDigests.count)
        (self.isSecured, digests, self.retired, self.isClosed) = (isSecured, keyDigests, retired, isClosed)
    }

    /// Whether the ROM starts what this key has signed.
    package func trusts(_ digest: [UInt8]) -> Bool { digests.dropLast(retired).contains(digest) }

    func row(_ number: Int) -> UInt32 {
        switch number {
        // BOOT_FLAGS1 in three copies, of which one has lost a bit.
        case 0x4B: flags ^ 1
        case 0x4C, 0x4D: flags
        case 0x80..<0x80 + 16 * digests.count:
            UInt32(digests[(number - 0x80) / 16][2 * (number % 16)])
                | UInt32(digests[(number - 0x80) / 16][2 * (number % 16) + 1]) << 8
        default: 0
        }
    }

    private var flags: UInt32 {
        let valid = (UInt32(1) << digests.count) - 1
        let inUse = (UInt32(1) << (digests.count - retired)) - 1
        let invalid = (isClosed ? 0xF : valid) & ~inUse
        return valid | invalid << 8
    }
}
