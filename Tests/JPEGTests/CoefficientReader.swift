/// A JPEG taken apart by a decoder of the tests' own, which shares nothing with libjpeg: every block of the scan, those
/// that only fill a unit up too.
struct CoefficientReader {
    private(set) var width = 0
    private(set) var height = 0
    private(set) var factors: [(across: Int, down: Int)] = []
    private(set) var restart = 0
    /// Marker codes before the scan, in order.
    private(set) var markers: [UInt8] = []
    /// 64 steps in zigzag order, by component.
    private(set) var steps: [[UInt8]] = []
    /// 64 coefficients in zigzag order, by component, row and column of whole units.
    private(set) var blocks: [[[[Int]]]] = []

    private var quantisation: [UInt8: [UInt8]] = [:]
    private var names: [UInt8] = []
    private var chosenSteps: [UInt8] = []
    // A camera's stream may leave the tables out: then they are those of annex K.
    private var huffman: [UInt8: HuffmanReader] = [
        0x00: HuffmanReader(StandardTable.lumaDC), 0x10: HuffmanReader(StandardTable.lumaAC),
        0x01: HuffmanReader(StandardTable.chromaDC), 0x11: HuffmanReader(StandardTable.chromaAC),
    ]

    /// Nil when the file is not one whole baseline picture in one scan.
    init?(_ file: [UInt8]) {
        guard file.starts(with: [0xFF, 0xD8]) else { return nil }
        var place = 2
        while place + 4 <= file.count, file[place] == 0xFF {
            let end = place + 2 + Int(file[place + 2]) << 8 + Int(file[place + 3])
            guard end <= file.count, end >= place + 4 else { return nil }
            let (marker, body) = (file[place + 1], Array(file[(place + 4)..<end]))
            place = end
            if marker == 0xDA {
                guard !factors.isEmpty, readScan(body, file[end...]) else { return nil }
                return
            }
            markers.append(marker)
            guard take(marker, body) else { return nil }
        }
        return nil
    }

    private mutating func take(_ marker: UInt8, _ body: [UInt8]) -> Bool {
        var rest = body[...]
        switch marker {
        case 0xDB:
            while rest.count >= 65, let name = rest.popFirst() {
                quantisation[name] = Array(rest.prefix(64))
                rest = rest.dropFirst(64)
            }
            return rest.isEmpty
        case 0xC4:
            while rest.count >= 17, let name = rest.popFirst() {
                let count = rest.prefix(16).reduce(16) { $0 + Int($1) }
                guard rest.count >= count else { return false }
                huffman[name] = HuffmanReader(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            return rest.isEmpty
        case 0xC0, 0xC1:
            guard body.count >= 6, body.count == 6 + 3 * Int(body[5]), body[0] == 8 else { return false }
            (height, width) = (Int(body[1]) << 8 | Int(body[2]), Int(body[3]) << 8 | Int(body[4]))
            for place in stride(from: 6, to: body.count, by: 3) {
                names.append(body[place])
                factors.append((Int(body[place + 1] >> 4), Int(body[place + 1] & 15)))
                chosenSteps.append(body[place + 2])
            }
            return width > 0 && height > 0 && width * height < 1 << 22
                && factors.allSatisfy { (1...4).contains($0.across) && (1...4).contains($0.down) }
        case 0xDD:
            guard body.count == 2 else { return false }
            restart = Int(body[0]) << 8 | Int(body[1])
            return true
        case 0xE0...0xEF, 0xFE: return true
        default: return false
        }
    }

    private mutating func readScan(_ head: [UInt8], _ rest: ArraySlice<UInt8>) -> Bool {
        let count = factors.count
        guard head.count == 4 + 2 * count, Int(head[0]) == count else { return false }
        var coders: [(dc: HuffmanReader, ac: HuffmanReader)] = []
        for index in 0..<count {
            guard head[1 + 2 * index] == names[index], let table = quantisation[chosenSteps[index]],
                let dc = huffman[head[2 + 2 * index] >> 4], let ac = huffman[0x10 | head[2 + 2 * index] & 15]
            else { return false }
            steps.append(table)
            coders.append((dc, ac))
        }
        let most = (across: factors.map(\.across).max() ?? 1, down: factors.map(\.down).max() ?? 1)
        let alone = count == 1
        let unit = alone ? (8, 8) : (8 * most.across, 8 * most.down)
        let across = (width + unit.0 - 1) / unit.0
        let down = (height + unit.1 - 1) / unit.1
        let shapes = alone ? [(across: 1, down: 1)] : factors
        blocks = shapes.map { shape in
            Array(repeating: Array(repeating: [], count: across * shape.across), count: down * shape.down)
        }
        var bits = BitReader(rest)
        var last = [Int](repeating: 0, count: count)
        for unit in 0..<across * down {
            if restart > 0, unit > 0, unit % restart == 0 {
                guard bits.passRestart(UInt8((unit / restart + 7) % 8)) else { return false }
                last = last.map { _ in 0 }
            }
            for (component, shape) in shapes.enumerated() {
                for index in 0..<shape.across * shape.down {
                    guard let block = coders[component].dc.block(coders[component].ac, after: last[component], &bits)
                    else { return false }
                    last[component] = block[0]
                    let row = unit / across * shape.down + index / shape.across
                    blocks[component][row][unit % across * shape.across + index % shape.across] = block
                }
            }
        }
        return bits.isAtEnd
    }
}

/// One Huffman table, read by length and code.
struct HuffmanReader {
    private var symbols: [Int: UInt8] = [:]

    /// 16 counts, then the symbols, of which a spoilt table may have one twice (T.81 annex C).
    init(_ table: [UInt8]) {
        var rest = table.dropFirst(16)
        var code = 0
        for length in 1...16 {
            for symbol in rest.prefix(Int(table[length - 1])) {
                symbols[code | 1 << length] = symbol
                code += 1
            }
            rest = rest.dropFirst(Int(table[length - 1]))
            code <<= 1
        }
    }

    private func symbol(_ bits: inout BitReader) -> UInt8? {
        var code = 1
        for _ in 0..<16 {
            guard let bit = bits.next() else { return nil }
            code = code << 1 | bit
            if let symbol = symbols[code] { return symbol }
        }
        return nil
    }

    /// Self is the table of the first coefficient, `ac` that of the other 63.
    func block(_ ac: HuffmanReader, after last: Int, _ bits: inout BitReader) -> [Int]? {
        var block = [Int](repeating: 0, count: 64)
        guard let length = symbol(&bits), length <= 11, let change = bits.value(Int(length)) else { return nil }
        block[0] = last + change
        var place = 1
        while place < 64 {
            guard let found = ac.symbol(&bits) else { return nil }
            if found == 0 { break }
            place += Int(found >> 4)
            if found == 0xF0 {
                place += 1
                continue
            }
            guard place < 64, let value = bits.value(Int(found & 15)) else { return nil }
            block[place] = value
            place += 1
        }
        return block
    }
}

/// The bits of a scan, without the stuffed zeros.
struct BitReader {
    private let bytes: ArraySlice<UInt8>
    private var place: Int
    private var left = 0
    private var current = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    /// Nil at a marker and at the end.
    mutating func next() -> Int? {
        if left == 0 {
            guard place < bytes.endIndex else { return nil }
            current = Int(bytes[place])
            if current == 0xFF {
                guard place + 1 < bytes.endIndex, bytes[place + 1] == 0 else { return nil }
                place += 1
            }
            place += 1
            left = 8
        }
        left -= 1
        return current >> left & 1
    }

    mutating func value(_ length: Int) -> Int? {
        var value = 0
        for _ in 0..<length {
            guard let bit = next() else { return nil }
            value = value << 1 | bit
        }
        return length == 0 || value >= 1 << (length - 1) ? value : value - (1 << length) + 1
    }

    mutating func passRestart(_ number: UInt8) -> Bool {
        left = 0
        guard bytes[place...].starts(with: [0xFF, 0xD0 + number]) else { return false }
        place += 2
        return true
    }

    var isAtEnd: Bool { bytes[place...].starts(with: [0xFF, 0xD9]) }
}
