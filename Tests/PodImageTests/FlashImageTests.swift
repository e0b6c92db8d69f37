import Testing

@testable import PodImage

@Suite struct `A firmware file` {
    private func refusal(_ bytes: [UInt8]) -> FlashImageError? {
        do throws(FlashImageError) { _ = try FlashImage(parsing: bytes) } catch { return error }
        return nil
    }

    /// The vector with one word of a block set.
    private func refusal(block: Int, _ place: Int, _ word: UInt32) -> FlashImageError? {
        var bytes = Vector.file
        for byte in 0..<4 { bytes[block * 512 + place + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte)) }
        return refusal(bytes)
    }

    @Test func `is the pages from the start of flash on`() throws {
        let image = try Vector.image()
        #expect(image.bytes.count == 9 * 256)
        #expect(image.words[0] == 0x2000_0C00 && image.words[1] == 0x1000_0201)
        #expect(image.words[Vector.first] == Draft.header && image.words[Vector.second] == Draft.header)
        #expect(image.words[Vector.end...].allSatisfy { $0 == 0 })
    }

    @Test func `is refused wherever it ends early, and twice`() {
        for count in 0..<Vector.file.count { #expect(refusal(Array(Vector.file.prefix(count))) != nil) }
        #expect(refusal(Vector.file + [0]) == .size(9 * 512 + 1))
        #expect(refusal(Vector.file + Vector.file) == .count(block: 0, 9))
    }

    @Test func `names each lie`() {
        #expect(refusal(block: 0, 0, 0x0A32_4656) == .magic(block: 0))
        #expect(refusal(block: 3, 4, 0) == .magic(block: 3))
        #expect(refusal(block: 8, 508, 0) == .magic(block: 8))
        for flags: UInt32 in [0, 0x1, 0x2001, 0x3000, 0x6000, 0xA000] {
            #expect(refusal(block: 1, 8, flags) == .flags(block: 1, flags))
        }
        // RP2040, absolute, data, RISC-V, Arm in the non-secure state.
        for family: UInt32 in [0xE48B_FF56, 0xE48B_FF57, 0xE48B_FF58, 0xE48B_FF5A, 0xE48B_FF5B] {
            #expect(refusal(block: 1, 28, family) == .family(block: 1, family))
        }
        for count: UInt32 in [0, 255, 257, 476, .max] {
            #expect(refusal(block: 2, 16, count) == .payload(block: 2, count))
        }
        #expect(refusal(block: 2, 20, 3) == .number(block: 2, 3))
        #expect(refusal(block: 2, 24, 8) == .count(block: 2, 8))
        for address: UInt32 in [0x1000_0000, 0x1000_0300, 0x2000_0200, .max] {
            #expect(refusal(block: 2, 12, address) == .address(block: 2, address))
        }
        #expect(refusal(block: 2, 32 + 256, 1) == .rest(block: 2))
        #expect(refusal(block: 2, 504, 1 << 31) == .rest(block: 2))
    }

    @Test func `has its blocks in order`() {
        var bytes = Vector.file
        bytes.replaceSubrange(512..<1536, with: Vector.file[1024..<1536] + Vector.file[512..<1024])
        #expect(refusal(bytes) == .number(block: 1, 2))
    }

    @Test func `is no longer than a pod's program can be`() {
        let long = [UInt8](repeating: 0, count: FlashImage.mostFileBytes + 512)
        #expect(refusal(long) == .size(long.count))
        #expect(refusal(Array(long.dropLast(512))) == .magic(block: 0))
        #expect(refusal([]) == .size(0))
    }

    /// Whatever is not the page itself has one value only.
    @Test func `is refused with any other byte around its pages`() {
        for place in Array(0..<32) + Array(288..<512) {
            var bytes = Vector.file
            bytes[5 * 512 + place] ^= 0x40
            #expect(refusal(bytes) != nil, "\(place)")
        }
    }

    @Test func `says in one line why it is refused`() {
        let errors: [FlashImageError] = [
            .size(3), .magic(block: 1), .flags(block: 1, 0), .family(block: 1, 7), .payload(block: 1, 4),
            .number(block: 1, 2), .count(block: 1, 9), .address(block: 1, 0), .rest(block: 1),
        ]
        #expect(errors.allSatisfy { !"\($0)".contains("\n") && !"\($0)".isEmpty })
        #expect("\(FlashImageError.family(block: 0, 0xE48B_FF56))".contains("0xe48bff56"))
    }
}
