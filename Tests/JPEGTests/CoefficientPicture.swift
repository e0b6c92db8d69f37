import PixelLoops

/// A JPEG made from coefficients by a coder of the tests' own, so that masking is compared with something that libjpeg
/// had no part in.
struct CoefficientPicture {
    let width: Int
    let height: Int
    let factors: [(across: Int, down: Int)]
    var restart = 0
    /// Quantisation, in zigzag order.
    var steps = [UInt8](repeating: 1, count: 64)
    var names: [UInt8] = [1, 2, 3]
    /// 64 coefficients in zigzag order, by component, row and column of blocks.
    var blocks: [[[[Int]]]] = []

    var unit: (width: Int, height: Int) { (8 * factors[0].across, 8 * factors[0].down) }
    var unitsAcross: Int { (width + unit.width - 1) / unit.width }
    var unitsDown: Int { (height + unit.height - 1) / unit.height }

    init(_ width: Int, _ height: Int, _ factors: [(across: Int, down: Int)], seed: UInt64 = 1) {
        self.width = width
        self.height = height
        self.factors = factors
        var random = Numbers(state: seed)
        for factor in factors {
            let size = blockCount(factor)
            blocks.append(
                (0..<size.down).map { _ in
                    (0..<size.across).map { _ in
                        var block = [Int](repeating: 0, count: 64)
                        block[0] = random.next(2000) - 1000
                        for _ in 0..<random.next(12) { block[1 + random.next(63)] = random.next(120) - 60 }
                        return block
                    }
                })
        }
    }

    func blockCount(_ factor: (across: Int, down: Int)) -> (across: Int, down: Int) {
        let across = (width * factor.across + unit.width - 1) / unit.width
        let down = (height * factor.down + unit.height - 1) / unit.height
        return (across, down)
    }

    /// The same picture with every block of the units that the rectangles touch empty.
    func emptied(_ rectangles: [PixelRectangle]) -> CoefficientPicture {
        var copy = self
        for rectangle in rectangles {
            for (component, factor) in factors.enumerated() {
                for row in blocks[component].indices {
                    for column in blocks[component][row].indices {
                        let x = column / factor.across * unit.width
                        let y = row / factor.down * unit.height
                        guard x < rectangle.right, x + unit.width > rectangle.x, y < rectangle.bottom,
                            y + unit.height > rectangle.y
                        else { continue }
                        copy.blocks[component][row][column] = [Int](repeating: 0, count: 64)
                    }
                }
            }
        }
        return copy
    }

    /// Where Huffman tables come from.
    enum Huffman { case written, left }

    /// The whole file.
    ///
    /// - Parameters:
    ///   - extra: bytes put behind SOI as they are, such as an EXIF segment.
    ///   - trailing: how many zeros follow the picture, as in a driver's buffer.
    func file(_ huffman: Huffman = .written, extra: [UInt8] = [], trailing: Int = 0) -> [UInt8] {
        var file: [UInt8] = [0xFF, 0xD8] + extra
        file += [0xFF, 0xDB, 0, 67, 0] + steps
        file += [0xFF, 0xC0, 0, UInt8(8 + 3 * factors.count), 8]
        file += [UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255), UInt8(factors.count)]
        for (index, factor) in factors.enumerated() {
            file += [names[index], UInt8(factor.across << 4 | factor.down), 0]
        }
        if case .written = huffman {
            let tables = [
                (0x00, StandardTable.lumaDC), (0x10, StandardTable.lumaAC), (0x01, StandardTable.chromaDC),
                (0x11, StandardTable.chromaAC),
            ]
            for (name, table) in tables.prefix(factors.count == 1 ? 2 : 4) {
                file += [0xFF, 0xC4, 0, UInt8(table.count + 3), UInt8(name)] + table
            }
        }
        if restart > 0 { file += [0xFF, 0xDD, 0, 4, UInt8(restart >> 8), UInt8(restart & 255)] }
        file += [0xFF, 0xDA, 0, UInt8(6 + 2 * factors.count), UInt8(factors.count)]
        for index in factors.indices { file += [names[index], index == 0 ? 0x00 : 0x11] }
        return file + [0, 63, 0] + scan() + [0xFF, 0xD9] + Array(repeating: 0, count: trailing)
    }

    /// The entropy-coded bytes (T.81 annex F), with libjpeg's filling of blocks beyond the edge: the last DC again.
    func scan() -> [UInt8] {
        var bits = BitWriter()
        var last = [Int](repeating: 0, count: factors.count)
        let coders = (
            luma: BlockCoder(StandardTable.lumaDC, StandardTable.lumaAC),
            chroma: BlockCoder(StandardTable.chromaDC, StandardTable.chromaAC)
        )
        // One component alone is not interleaved: a unit is one block, whatever its factors.
        let alone = factors.count == 1
        let across = alone ? blocks[0][0].count : unitsAcross
        let down = alone ? blocks[0].count : unitsDown
        for unit in 0..<across * down {
            if restart > 0, unit > 0, unit % restart == 0 {
                bits.restart(UInt8(unit / restart % 8 + 7) % 8)
                last = last.map { _ in 0 }
            }
            for (component, factor) in factors.enumerated() {
                let step = alone ? (across: 1, down: 1) : factor
                for index in 0..<step.across * step.down {
                    let row = unit / across * step.down + index / step.across
                    let column = unit % across * step.across + index % step.across
                    let rows = blocks[component]
                    var block = [last[component]] + [Int](repeating: 0, count: 63)
                    if row < rows.count, column < rows[row].count { block = rows[row][column] }
                    (component == 0 ? coders.luma : coders.chroma).write(block, after: last[component], to: &bits)
                    last[component] = block[0]
                }
            }
        }
        bits.align()
        return bits.bytes
    }
}

struct BlockCoder {
    private let dc: [UInt8: (code: UInt32, length: Int)]
    private let ac: [UInt8: (code: UInt32, length: Int)]

    init(_ dc: [UInt8], _ ac: [UInt8]) {
        self.dc = StandardTable.codes(dc)
        self.ac = StandardTable.codes(ac)
    }

    func write(_ block: [Int], after last: Int, to bits: inout BitWriter) {
        put(block[0] - last, run: 0, dc, &bits)
        var run = 0
        for value in block[1...] {
            if value == 0 {
                run += 1
                continue
            }
            while run > 15 {
                symbol(0xF0, ac, &bits)
                run -= 16
            }
            put(value, run: run, ac, &bits)
            run = 0
        }
        if run > 0 { symbol(0, ac, &bits) }
    }

    private func symbol(_ symbol: UInt8, _ table: [UInt8: (code: UInt32, length: Int)], _ bits: inout BitWriter) {
        guard let entry = table[symbol] else { return }
        bits.put(entry.code, entry.length)
    }

    private func put(
        _ value: Int, run: Int, _ table: [UInt8: (code: UInt32, length: Int)], _ bits: inout BitWriter
    ) {
        let length = Int.bitWidth - abs(value).leadingZeroBitCount
        symbol(UInt8(run << 4 | length), table, &bits)
        bits.put(UInt32(value < 0 ? value + (1 << length) - 1 : value), length)
    }
}

struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var current: UInt8 = 0
    private var count = 0

    mutating func put(_ value: UInt32, _ length: Int) {
        for index in (0..<length).reversed() {
            current = current << 1 | UInt8(value >> UInt32(index) & 1)
            count += 1
            if count == 8 {
                bytes.append(current)
                if current == 0xFF { bytes.append(0) }
                current = 0
                count = 0
            }
        }
    }

    mutating func align() {
        while count != 0 { put(1, 1) }
    }

    mutating func restart(_ number: UInt8) {
        align()
        bytes += [0xFF, 0xD0 + number]
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct Numbers {
    var state: UInt64

    mutating func next(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
