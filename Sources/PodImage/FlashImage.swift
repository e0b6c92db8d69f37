/// Why a file is not one that the pod's chip could load. Numbers are what stands there; blocks are counted from 0.
package enum FlashImageError: Error, Equatable, Sendable {
    /// No whole number of blocks of 512 bytes, no block, or more than a pod's program has.
    case size(Int)
    /// One of the three numbers by which a block is known is another.
    case magic(block: Int)
    /// Another flag than the one that says that there is a family, or not that one.
    case flags(block: Int, UInt32)
    case family(block: Int, UInt32)
    case payload(block: Int, UInt32)
    /// The block is not where its number says.
    case number(block: Int, UInt32)
    /// The file has not as many blocks as the block says.
    case count(block: Int, UInt32)
    /// The block's page is not the one behind the page before.
    case address(block: Int, UInt32)
    /// Something stands behind the payload.
    case rest(block: Int)
}

/// The program of a UF2 file for the pod's chip (RP2350 datasheet, 5.5.2): whole pages from the start of flash on.
///
/// Stricter than the chip, which takes pages in any order and any number: every byte of the file has one value that is
/// taken, so that two files which differ are two programs.
package struct FlashImage: Equatable, Sendable {
    /// Where flash begins in the chip's memory.
    static let start: UInt32 = 0x1000_0000
    /// The bytes of a page, which is what one block carries.
    static let page = 256
    /// 16 KiB of program, its signature block, and room: far more than any pod's image has.
    package static let mostBytes = 32 * 1024
    /// The longest file that is read.
    package static let mostFileBytes = mostBytes / page * 512

    /// Whole pages; the first byte lies at the start of flash.
    package let bytes: [UInt8]

    /// - Precondition: whole pages, at most `mostBytes`.
    package init(pages bytes: [UInt8]) {
        precondition(bytes.count % Self.page == 0 && bytes.count <= Self.mostBytes, "no pages of the pod")
        self.bytes = bytes
    }

    package init(parsing file: [UInt8]) throws(FlashImageError) {
        let count = file.count / 512
        guard count > 0, file.count == count * 512, file.count <= Self.mostFileBytes else { throw .size(file.count) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * Self.page)
        for number in 0..<count {
            let block = file[number * 512..<(number + 1) * 512]
            try Self.check(block, number: number, of: count)
            bytes += block.dropFirst(32).prefix(Self.page)
        }
        self.bytes = bytes
    }

    private static func check(
        _ block: ArraySlice<UInt8>, number: Int, of count: Int
    ) throws(FlashImageError) {
        func word(_ place: Int) -> UInt32 { littleEndian(block, place) }
        guard word(0) == 0x0A32_4655, word(4) == 0x9E5D_5157, word(508) == 0x0AB1_6F30 else {
            throw .magic(block: number)
        }
        // Other flags say: not for flash, a check sum, tags. Nothing that makes files for a pod sets one.
        guard word(8) == 0x2000 else { throw .flags(block: number, word(8)) }
        // RP2350's Arm cores in the secure state.
        guard word(28) == 0xE48B_FF59 else { throw .family(block: number, word(28)) }
        guard word(16) == UInt32(page) else { throw .payload(block: number, word(16)) }
        guard word(20) == UInt32(number) else { throw .number(block: number, word(20)) }
        guard word(24) == UInt32(count) else { throw .count(block: number, word(24)) }
        guard word(12) == start + UInt32(number * page) else { throw .address(block: number, word(12)) }
        guard block.dropFirst(32 + page).prefix(476 - page).allSatisfy({ $0 == 0 }) else {
            throw .rest(block: number)
        }
    }
}

extension FlashImage {
    /// As the chip reads it.
    var words: [UInt32] { stride(from: 0, to: bytes.count, by: 4).map { littleEndian(bytes[...], $0) } }
}

private func littleEndian(_ bytes: ArraySlice<UInt8>, _ place: Int) -> UInt32 {
    let start = bytes.startIndex + place
    return UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
        | UInt32(bytes[start + 3]) << 24
}

extension FlashImageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .size(let count): "\(count) bytes are no firmware file of the pod"
        case .magic(let block): "block \(block) is no block of a UF2 file"
        case .flags(let block, let flags): "block \(block) has the flags \(hex(flags)), and the pod's have 0x2000"
        case .family(let block, let family): "block \(block) is for the chip family \(hex(family)), not for the pod's"
        case .payload(let block, let count): "block \(block) carries \(count) bytes, and the pod's carry 256"
        case .number(let block, let number): "block \(number) stands where block \(block) must"
        case .count(let block, let count): "block \(block) says that there are \(count) blocks"
        case .address(let block, let address): "block \(block) goes to \(hex(address)), where it does not follow"
        case .rest(let block): "block \(block) has something behind its page"
        }
    }
}

func hex(_ number: some BinaryInteger) -> String { "0x\(String(number, radix: 16))" }
