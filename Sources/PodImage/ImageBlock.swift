/// One item of a block; it begins with its header.
struct BlockItem: Sendable {
    /// With the places that they have in the image.
    let words: ArraySlice<UInt32>

    var header: UInt32 { words[words.startIndex] }
    var kind: UInt8 { UInt8(truncatingIfNeeded: header) }
    var count: Int { words.count }
    /// - Precondition: the caller has looked at `count`.
    subscript(place: Int) -> UInt32 { words[words.startIndex + place] }
    /// The chip passes over it; whatever it was, a tool has turned it off.
    var isIgnored: Bool { kind & 0x7F == 0x7E }
}

/// One block of metadata (RP2350 datasheet, 5.9.1), all there: header, items, the item LAST, link, footer. Places are
/// in words of the image.
struct ImageBlock: Sendable {
    static let header: UInt32 = 0xFFFF_DED3
    static let footer: UInt32 = 0xAB12_3579
    /// Of one that defines an image: 384 bytes.
    static let mostWords = 96

    let place: Int
    /// At least one.
    let items: [BlockItem]
    /// The place of LAST.
    let last: Int
    /// From this block to the next, in words.
    let link: Int

    /// Behind the footer.
    var end: Int { last + 3 }
    var byte: Int { place * 4 }

    init(_ words: [UInt32], at place: Int) throws(SignedImageError) {
        let limit = min(words.count, place + Self.mostWords)
        guard place < limit, words[place] == Self.header else { throw .block(at: place * 4) }
        var items: [BlockItem] = []
        var next = place + 1
        while next + 2 < limit, words[next] & 0xFF != 0xFF {
            let header = words[next]
            let count = header & 0x80 == 0 ? Int(header >> 8 & 0xFF) : Int(header >> 8 & 0xFFFF)
            guard count > 0, count < limit - next else { throw .block(at: place * 4) }
            items.append(BlockItem(words: words[next..<next + count]))
            next += count
        }
        // LAST has the count of all words of items, and nothing above it.
        guard next + 2 < limit, !items.isEmpty, words[next] == UInt32(next - place - 1) << 8 | 0xFF,
            words[next + 2] == Self.footer
        else { throw .block(at: place * 4) }
        let bytes = Int(Int32(bitPattern: words[next + 1]))
        guard bytes % 4 == 0 else { throw .link(at: place * 4) }
        (self.place, self.items, last, link) = (place, items, next, bytes / 4)
    }

    /// Follows the links from the first block until they are back at it.
    static func loop(_ words: [UInt32]) throws(SignedImageError) -> [ImageBlock] {
        // A header that is no block would end the chip's search, or not: nobody needs such an image.
        guard let first = words.prefix(1024).firstIndex(of: header) else { throw .unmarked }
        var blocks: [ImageBlock] = []
        var place = first
        repeat {
            guard blocks.count < 4 else { throw .loop }
            let block = try ImageBlock(words, at: place)
            guard blocks.allSatisfy({ block.place >= $0.end || block.end <= $0.place }) else { throw .loop }
            blocks.append(block)
            place += block.link
            guard words.indices.contains(place) else { throw .link(at: block.byte) }
        } while place != first
        guard blocks[0].end <= 1024 else { throw .unmarked }
        return blocks
    }
}
