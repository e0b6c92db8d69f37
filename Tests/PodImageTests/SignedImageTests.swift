import Testing

@testable import PodImage

@Suite struct `A signed image` {
    private func refusal(_ place: Int, _ word: UInt32) throws -> SignedImageError? {
        var draft = Draft(try Vector.image().words)
        draft[place] = word
        return draft.refusal
    }

    @Test func `says whose it is and of which version`() throws {
        let image = try SignedImage(Vector.image())
        #expect(image.bytes == (try Vector.image().bytes))
        #expect(image.version?.major == 1 && image.version?.minor == 2)
        #expect(image.key.count == 64)
        #expect(hexadecimal(image.keyDigest) == Vector.digest)
    }

    @Test func `is one closed loop of blocks`() throws {
        #expect(try refusal(Vector.first, 0) == .block(at: 320))
        #expect(try refusal(40, Draft.header) == .block(at: 160))
        // One block alone is an image that nobody signed.
        #expect(try refusal(Vector.first + 3, 0) == .missing(.signature))
        #expect(try refusal(Vector.first + 3, 0xFFFF_FEBC) == .link(at: 320))
        #expect(try refusal(Vector.first + 3, 0x7FFF_FFFC) == .link(at: 320))
        #expect(try refusal(Vector.first + 3, (512 - 80) * 4 + 2) == .link(at: 320))
        #expect(try refusal(Vector.first + 3, (511 - 80) * 4) == .block(at: 2044))
        #expect(try refusal(Vector.first + 4, 0) == .block(at: 320))
        let second = Vector.second
        #expect(try refusal(second, 0) == .block(at: 2048))
        #expect(try refusal(second + 48, 0x30FF) == .block(at: 2048))
        #expect(try refusal(second + 48, 0x0100_2FFF) == .block(at: 2048))
        #expect(try refusal(second + 49, 0) == .loop)
        #expect(try refusal(second + 49, 1) == .link(at: 2048))
        #expect(try refusal(second + 49, .max - 3) == .block(at: 2044))
        #expect(try refusal(second + 50, 0) == .block(at: 2048))
        #expect(try refusal(second + 2, 0x42) == .block(at: 2048))
        #expect(try refusal(second + 2, 0xFFFF_FFC8) == .block(at: 2048))
    }

    @Test func `is executable, secure, Arm and for RP2350 in every definition`() throws {
        // Data, non-secure, RISC-V, RP2040, on trial.
        for flags: UInt32 in [0x1822, 0x1811, 0x1921, 0x0821, 0x9821, 0x1861] {
            #expect(try refusal(Vector.second + 1, flags << 16 | 0x0142) == .type(UInt16(flags)))
            #expect(try refusal(Vector.first + 1, flags << 16 | 0x0142) == .type(UInt16(flags)))
        }
        #expect(try refusal(Vector.second + 1, 0x0000_010A) == .kind(at: 2048, 0x0A))
        #expect(try refusal(Vector.second + 1, 0x0000_017E) == .missing(.signature))
    }

    @Test func `has items of a pod's alone, each once and in its form`() throws {
        let second = Vector.second
        for (place, word) in [
            (2, 0x0000_020C), (2, 0x0001_0248), (2, 0x0000_0203), (4, 0x0000_0248), (4, 0x0000_0205), (4, 0x0100_0203),
            (6, 0x0000_030A), (6, 0x0100_0344), (9, 0x0200_0406), (9, 0x0101_0406), (13, 0x0200_0247),
            (13, 0x0100_024B), (15, 0x0200_2109), (15, 0x0101_2109), (15, 0x0100_214B),
        ] as [(Int, UInt32)] {
            #expect(try refusal(second + place, word) == .item(UInt8(word & 0xFF)), "\(place)")
        }
        #expect(try refusal(second + 4, 0x027E) == .missing(.vectorTable))
        #expect(try refusal(second + 6, 0x037E) == .missing(.entryPoint))
        #expect(try refusal(second + 9, 0x047E) == .missing(.loadMap))
        #expect(try refusal(second + 15, 0x217E) == .missing(.signature))
    }

    @Test func `begins in itself, on a stack in the chip's memory`() throws {
        let second = Vector.second
        for table: UInt32 in [0, 0x0FFF_FF80, 0x1000_0040, 0x1000_0800, 0x2000_0000, 0xFFFF_FF80] {
            #expect(try refusal(second + 5, table) == .vectors(table))
        }
        for entry: UInt32 in [0x1000_0200, 0x1000_0801, 0x2000_0001, 0x0FFF_FFFF, .max] {
            #expect(try refusal(second + 7, entry) == .entry(entry))
        }
        for stack: UInt32 in [0, 0x2000_0000, 0x2000_0C04, 0x2008_2008, 0x1000_0C00] {
            #expect(try refusal(second + 8, stack) == .stack(stack))
        }
    }

    @Test func `is signed from the start of flash to its signature`() throws {
        let (second, map) = (Vector.second, UInt32(Vector.second + 9) * 4)
        #expect(try refusal(second + 10, 0) == .cleared(0x1000_0000))
        #expect(try refusal(second + 10, 4 &- map) == .copied(0x1000_0000))
        #expect(try refusal(second + 11, 0x2000_0000) == .copied(0x2000_0000))
        #expect(try refusal(second + 9, 0x8100_0406) == .copied(0x1000_0000))
        for size: UInt32 in [0, 1, 2047, 2052, 0x8000_0000, .max, .max - 3] {
            #expect(try refusal(second + 12, size) == .uncovered(0x1000_0000))
        }
        #expect(try refusal(second + 12, 2044) == .uncovered(0x1000_07FC))
        for words: UInt32 in [0, 14, 49, 0x0001_000F, .max] {
            #expect(try refusal(second + 14, words) == .hashed(words))
        }
        #expect(try refusal(Vector.end, 1) == .rest(at: 2252))
        #expect(try refusal(Vector.end + 12, 1) == .rest(at: 2252))
        var longer = Draft(try Vector.image().words)
        longer = Draft(longer.words + [UInt32](repeating: 0, count: 64))
        #expect(longer.refusal == .rest(at: 2252))
    }

    @Test func `is refused with another key, signature or byte`() throws {
        let words = try Vector.image().words
        for place in 16..<48 {
            let error = try refusal(Vector.second + place, words[Vector.second + place] ^ 1)
            #expect(error == (place < 32 ? .key : .signature))
        }
        #expect(try refusal(Vector.second + 3, 0x0001_0003) == .signature)
        #expect(try refusal(Vector.second + 14, 16) == .signature)
        for place in stride(from: 2, to: 512, by: 7) where !(80...84).contains(place) {
            #expect(try refusal(place, words[place] ^ 0x8000) == .signature)
        }
    }
}
