import PixelLoops

/// A picture of any kind that cameras send, the same for the same seed.
struct RandomPicture {
    let kind: Kind
    let picture: CoefficientPicture
    let file: [UInt8]
    var description: String { "\(kind) \(picture.width)x\(picture.height) restart \(picture.restart)" }

    init(_ random: inout Numbers) {
        let kind = Kind.allCases[random.next(Kind.allCases.count)]
        // Few units in one direction or the other, and every remainder of a unit.
        let sizes = [1 + random.next(9), 1 + random.next(40), 1 + random.next(130)]
        var picture = CoefficientPicture(
            sizes[random.next(3)], sizes[random.next(3)], kind.factors, seed: UInt64(random.next(1 << 40)))
        picture.restart = [0, 1, 2, 3, 7, 1 + random.next(300)][random.next(6)]
        picture.steps = Self.steps(quality: [5, 30, 50, 75, 90, 95, 100][random.next(7)])
        Self.texture(&picture, &random)
        let tables: CoefficientPicture.Huffman = random.next(3) == 0 ? .left : .written
        self.kind = kind
        self.picture = picture
        self.file = picture.file(tables, extra: Self.segments(&random), trailing: random.next(4) == 0 ? 3 : 0)
    }

    /// The luma table of T.81, K.1, scaled as libjpeg's quality does, in zigzag order.
    private static func steps(quality: Int) -> [UInt8] {
        let base = [
            16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58,
            51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103,
            62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
        ]
        let scale = quality < 50 ? 5000 / quality : 200 - 2 * quality
        return base.map { UInt8(min(max(($0 * scale + 50) / 100, 1), 255)) }
    }

    /// Blocks of other kinds than the sparse ones: flat ones, full ones, and the largest values that baseline has.
    private static func texture(_ picture: inout CoefficientPicture, _ random: inout Numbers) {
        let style = random.next(4)
        guard style > 0 else { return }
        for component in picture.blocks.indices {
            for row in picture.blocks[component].indices {
                for column in picture.blocks[component][row].indices where random.next(2) == 0 {
                    var block = [Int](repeating: 0, count: 64)
                    switch style {
                    case 1: block[0] = random.next(400) - 200
                    case 2: for place in 0..<64 { block[place] = random.next(400) - 200 }
                    default:
                        block[0] = [-1023, 1023][random.next(2)]
                        block[63] = [-1023, 1023, 1][random.next(3)]
                    }
                    picture.blocks[component][row][column] = block
                }
            }
        }
    }

    /// Up to three segments of metadata, some with a whole picture inside.
    private static func segments(_ random: inout Numbers) -> [UInt8] {
        var extra: [UInt8] = []
        for _ in 0..<random.next(4) {
            let inner = CoefficientPicture(16, 16, Kind.grey.factors, seed: UInt64(random.next(1000))).file()
            let segment: (UInt8, [UInt8]) =
                switch random.next(5) {
                case 0: (0xE1, Array("Exif\0\0".utf8) + inner)
                case 1: (0xFE, (0..<random.next(50)).map { _ in UInt8(random.next(256)) })
                case 2: (0xE0, Array("JFXX\0".utf8) + inner)
                case 3: (0xE2, Array("MPF\0".utf8) + inner)
                default: (0xE3 + UInt8(random.next(11)), [0xFF, 0xD9, 0xFF, 0xD8, 0xFF])
                }
            let count = segment.1.count + 2
            extra += [0xFF, segment.0, UInt8(count >> 8), UInt8(count & 255)] + segment.1
        }
        return extra
    }

    /// Up to four rectangles, from a pixel to everything, overlapping or not.
    func mask(_ random: inout Numbers) -> [PixelRectangle] {
        (0..<random.next(5)).compactMap { _ in
            PixelRectangle(
                x: random.next(picture.width + 8) - 8, y: random.next(picture.height + 8) - 8,
                width: 1 + random.next([4, 40, 140][random.next(3)]),
                height: 1 + random.next([4, 40, 140][random.next(3)]),
                inside: picture.width, by: picture.height)
        }
    }
}

extension CoefficientReader {
    /// What is wrong with `self` as a masked copy of `original`; empty when every block of a touched unit is zero and
    /// every other one that belongs to the picture is as it was.
    func faults(against original: CoefficientReader, _ rectangles: [PixelRectangle]) -> [String] {
        guard width == original.width, height == original.height, steps == original.steps,
            restart == original.restart, blocks.count == original.blocks.count
        else { return ["another shape"] }
        return blocks.indices.flatMap { component in
            faults(of: component, against: original.blocks[component], rectangles)
        }
    }

    private func faults(of component: Int, against before: [[[Int]]], _ rectangles: [PixelRectangle]) -> [String] {
        let (factor, first) = (factors[component], factors[0])
        let zero = [Int](repeating: 0, count: 64)
        // A picture's block is `across` x `down` pixels large, since the first component has them all.
        let (blockWidth, blockHeight) = (8 * first.across / factor.across, 8 * first.down / factor.down)
        var faults: [String] = []
        for (row, line) in blocks[component].enumerated() {
            for (column, block) in line.enumerated() {
                let x = column / factor.across * 8 * first.across
                let y = row / factor.down * 8 * first.down
                let inside = rectangles.contains {
                    x < $0.right && x + 8 * first.across > $0.x && y < $0.bottom && y + 8 * first.down > $0.y
                }
                if inside, block != zero { faults.append("\(component): left at \(column), \(row)") }
                let padding = column * blockWidth >= width || row * blockHeight >= height
                if !inside, !padding, block != before[row][column] {
                    faults.append("\(component): changed at \(column), \(row)")
                }
            }
        }
        return faults
    }

    /// Whether every block of the units that the rectangles touch is zero.
    func isEmpty(in rectangles: [PixelRectangle]) -> Bool { faults(against: self, rectangles).isEmpty }
}
