/// The kinds of items that a pod's image may have (RP2350 datasheet, 5.9.2 and 5.9.3).
///
/// SIGNATURE and HASH_VALUE have their numbers from `picobin.h` of the chip's makers, with which the ROM was built; the
/// datasheet's tables have them the other way round.
package enum ImageItem: UInt8, Sendable {
    case vectorTable = 0x03
    case loadMap = 0x06
    case signature = 0x09
    case imageType = 0x42
    case entryPoint = 0x44
    case hashDefinition = 0x47
    case version = 0x48
    case hashValue = 0x4B
}

/// What a block says that defines an image: its items, each at most once and of the form that the chip reads.
struct ImageDefinition {
    let block: ImageBlock
    /// Bit 11 of IMAGE_DEF, which chips before A4 do not look at: an A4 then starts nothing without VECTOR_TABLE and
    /// ENTRY_POINT, whose words cannot be changed under its eyes as those in flash can.
    let isHardened: Bool
    private let items: [ImageItem: BlockItem]
    /// How many words of the block must be under a signature: all up to the last item that neither is one nor is
    /// compared with the hash.
    let wordsToHash: Int

    /// - Returns: nil when the block defines no image, and no partitions either.
    static func read(_ block: ImageBlock) throws(SignedImageError) -> ImageDefinition? {
        if block.items[0].isIgnored { return nil }
        return try ImageDefinition(block)
    }

    private init(_ block: ImageBlock) throws(SignedImageError) {
        guard block.items[0].kind == ImageItem.imageType.rawValue, block.items[0].count == 1 else {
            throw .kind(at: block.byte, block.items[0].kind)
        }
        let flags = UInt16(block.items[0].header >> 16)
        // Executable, secure, Arm, RP2350. Not the bit of an image on trial: the chip starts such a one once at most.
        guard flags & ~0x0800 == 0x1021 else { throw .type(flags) }
        isHardened = flags & 0x0800 != 0
        var items: [ImageItem: BlockItem] = [:]
        var wordsToHash = 0
        for item in block.items {
            if !item.isIgnored {
                guard let kind = ImageItem(rawValue: item.kind), items[kind] == nil, item.hasForm(of: kind) else {
                    throw .item(item.kind)
                }
                items[kind] = item
                if kind == .signature || kind == .hashValue { continue }
            }
            wordsToHash = item.words.endIndex - block.place
        }
        (self.block, self.items, self.wordsToHash) = (block, items, wordsToHash)
        guard items[.version].map({ $0.header >> 24 == 0 }) ?? true else { throw .rollback }
        if isHardened { _ = (try require(.vectorTable), try require(.entryPoint)) }
    }

    subscript(kind: ImageItem) -> BlockItem? { items[kind] }

    func require(_ kind: ImageItem) throws(SignedImageError) -> BlockItem {
        guard let item = items[kind] else { throw .missing(kind) }
        return item
    }
}

extension BlockItem {
    /// Whether its size and the rest of its header are what this kind has.
    fileprivate func hasForm(of kind: ImageItem) -> Bool {
        let (pad, top) = (header >> 16 & 0xFF, header >> 24)
        return switch kind {
        case .imageType: count == 1
        case .vectorTable: count == 2 && pad == 0 && top == 0
        case .entryPoint: (3...4).contains(count) && pad == 0 && top == 0
        // Its top byte counts rows of one-time memory, each half a word more.
        case .version: pad == 0 && count == 2 + (Int(top) + (top == 0 ? 0 : 2)) / 2
        case .loadMap: pad == 0 && count == 1 + 3 * Int(top & 0x7F)
        // SHA-256, secp256k1: there are no others.
        case .hashDefinition: count == 2 && pad == 0 && top == 1
        case .signature: count == 33 && pad == 0 && top == 1
        case .hashValue: (2...9).contains(count) && pad == 0 && top == 0
        }
    }
}
