import Foundation
import Testing

@testable import PodImage

/// The committed vector, and where its parts are.
enum Vector {
    static let file: [UInt8] = {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return (try? Data(contentsOf: tests.appending(path: "Vectors/firmware/signed.uf2"))).map { [UInt8]($0) } ?? []
    }()
    static let digest = "cdb45099e44d5e5321becb55a12dfaa81e28e58d59092f59e42101ab6f19577c"

    static func image() throws -> FlashImage { try FlashImage(parsing: file) }

    /// Words of the block that says what the program is, and of the one with the signature.
    static let first = 80
    static let second = 512
    /// 51 words with a version, vectors, an entry point and a load map of one piece.
    static let end = second + 51
    static let signature = second * 4 + 32 * 4..<second * 4 + 48 * 4
}

/// A program with its first block, to which blocks are added in every form.
struct Draft {
    static let header: UInt32 = 0xFFFF_DED3
    static let footer: UInt32 = 0xAB12_3579

    private(set) var words: [UInt32]

    /// The vector's program, unsigned.
    init() throws {
        words = Array(try Vector.image().words[..<Vector.second])
        words[Vector.first + 3] = 0
    }

    init(_ words: [UInt32]) { self.words = words }

    subscript(place: Int) -> UInt32 {
        get { words[place] }
        set { words[place] = newValue }
    }

    static func block(_ items: [UInt32], link: Int) -> [UInt32] {
        [header] + items + [UInt32(items.count) << 8 | 0xFF, UInt32(bitPattern: Int32(link)), footer]
    }

    /// Adds a block behind the program; it links to the first one, and the last one before to it.
    mutating func add(_ items: [UInt32], behind before: Int = Vector.first) {
        let (place, first) = (words.count, Vector.first)
        // Up to LAST by the sizes of the items.
        var last = before + 1
        while words[last] & 0xFF != 0xFF { last += Int(words[last] >> 8 & 0xFF) }
        words[last + 1] = UInt32((place - before) * 4)
        words += Self.block(items, link: (first - place) * 4)
    }

    /// Whole pages.
    var image: FlashImage {
        let bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        return FlashImage(pages: bytes + [UInt8](repeating: 0, count: (256 - bytes.count % 256) % 256))
    }

    /// What the image is refused for.
    var refusal: SignedImageError? { PodImageTests.refusal(image) }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

func refusal(_ image: FlashImage) -> SignedImageError? {
    do throws(SignedImageError) { _ = try SignedImage(image) } catch { return error }
    return nil
}

/// The items of a signature's block in one of the forms that tools write.
struct Form {
    var flags: UInt32 = 0x1821
    var start: [UInt32] = [0x0203, 0x1000_0000, 0x0344, 0x1000_0201, 0x2000_0C00]
    var isAbsolute = false
    /// Where the load map's pieces end, in words.
    var ends: [Int] = [Vector.second]
    /// How many words of the block are hashed beyond HASH_DEF.
    var more = 0
    /// Behind HASH_DEF, and behind the signature.
    var late: [UInt32] = []
    var tail: [UInt32] = []

    /// All before SIGNATURE, of a block at this word.
    func items(at place: Int = Vector.second) -> [UInt32] {
        var items = [flags << 16 | 0x0142] + start
        let map = UInt32(place + 1 + items.count) * 4
        items.append((isAbsolute ? 0x8000_0006 : 6) | UInt32(ends.count) << 24 | UInt32(1 + 3 * ends.count) << 8)
        var begin: UInt32 = 0
        for end in ends.map({ UInt32($0 * 4) }) {
            let runtime = 0x1000_0000 + begin
            items += isAbsolute ? [runtime, runtime, 0x1000_0000 + end] : [begin &- map, runtime, end - begin]
            begin = end
        }
        return items + [0x0100_0247, UInt32(items.count + 3 + more)] + late
    }

    /// With a signature that is none.
    func unsigned(at place: Int = Vector.second) -> [UInt32] {
        items(at: place) + [0x0100_2109] + [UInt32](repeating: 0, count: 32) + tail
    }
}
