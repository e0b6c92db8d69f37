import PixelLoops
import Pixels
import Testing

/// One row, or a small picture, converted.
private func converted(
    _ format: PixelFormat, _ width: Int, _ height: Int, _ bytesPerLine: Int, _ bytes: [UInt8],
    _ colorimetry: Colorimetry = Colorimetry(matrix: .bt601, range: .full)
) throws(PixelError) -> [UInt8] {
    let shape = try FrameShape(format, width: width, height: height, bytesPerLine: bytesPerLine)
    var output = [UInt8](repeating: 0xEE, count: shape.convertedCount)
    var span = output.mutableSpan
    try shape.convert(bytes.span, colorimetry, into: &span)
    return output
}

@Suite struct `The reference conversion` {
    /// Y, Cb, Cr and what they become in BT.601 full, BT.601 limited, BT.709 full, BT.709 limited: worked out by hand
    /// from the text in docs/bundle.md.
    static let vectors: [(yCbCr: [UInt8], rgb: [[UInt8]])] = [
        ([128, 128, 128], [[128, 128, 128], [130, 130, 130], [128, 128, 128], [130, 130, 130]]),
        ([16, 128, 128], [[16, 16, 16], [0, 0, 0], [16, 16, 16], [0, 0, 0]]),
        ([235, 128, 128], [[235, 235, 235], [255, 255, 255], [235, 235, 235], [255, 255, 255]]),
        ([81, 90, 240], [[238, 14, 14], [254, 0, 0], [255, 36, 10], [255, 24, 0]]),
        ([145, 54, 34], [[13, 238, 14], [0, 255, 1], [0, 203, 8], [0, 216, 0]]),
        ([41, 240, 110], [[16, 15, 239], [0, 0, 255], [13, 28, 249], [0, 15, 255]]),
    ]

    @Test(arguments: vectors.indices) func `gives the written values`(_ index: Int) throws {
        let (value, expected) = Self.vectors[index]
        let pair = [value[0], value[1], value[0], value[2]]
        var place = 0
        for matrix in [YCbCrMatrix.bt601, .bt709] {
            for range in [QuantisationRange.full, .limited] {
                let rgb = try converted(.yuyv, 2, 1, 4, pair, Colorimetry(matrix: matrix, range: range))
                #expect(rgb == expected[place] + expected[place], "\(matrix) \(range)")
                place += 1
            }
        }
    }

    @Test func `replicates chroma and skips the padding of rows`() throws {
        let yuyv: [UInt8] = [10, 100, 20, 200, 30, 128, 40, 128, 9, 9]
        let uyvy: [UInt8] = [100, 10, 200, 20, 128, 30, 128, 40, 9, 9]
        let one = try converted(.yuyv, 4, 1, 10, yuyv)
        #expect(try converted(.uyvy, 4, 1, 10, uyvy) == one)
        // The same chroma for both of a pair: differences between the two are those of luma.
        #expect(one[3] - one[0] == 10 && Array(one[6...]) == [30, 30, 30, 40, 40, 40])
        let nv12: [UInt8] = [10, 20, 7, 30, 40, 7, 100, 200, 7]
        let four = try converted(.nv12, 2, 2, 3, nv12)
        #expect(Array(four[0..<6]) == Array(one[0..<6]))
        #expect(four[6] == four[0] + 20 && four[9] == four[0] + 30)
    }

    @Test func `copies grey and colour samples as they are`() throws {
        #expect(try converted(.grey, 3, 2, 4, [1, 2, 3, 0, 4, 5, 6, 0]) == [1, 2, 3, 4, 5, 6])
        #expect(try converted(.rgb24, 1, 2, 4, [1, 2, 3, 0, 4, 5, 6, 0]) == [1, 2, 3, 4, 5, 6])
        #expect(try converted(.bgr24, 1, 2, 4, [3, 2, 1, 0, 6, 5, 4, 0]) == [1, 2, 3, 4, 5, 6])
        #expect(try converted(.y12, 2, 1, 4, [0xFF, 0x0F, 1, 0]) == [0xFF, 0x0F, 1, 0])
        #expect(try converted(.y16, 1, 1, 2, [0xFF, 0xFF]) == [0xFF, 0xFF])
    }

    @Test func `refuses a sample above its bits`() {
        #expect(throws: PixelError.bitsAbove(10)) { try converted(.y10, 1, 1, 2, [0, 4]) }
        #expect(throws: PixelError.bitsAbove(12)) { try converted(.y12, 1, 1, 2, [0, 0x10]) }
    }
}

@Suite struct `A frame's shape` {
    @Test func `refuses what does not fit`() throws {
        #expect(throws: PixelError.compressed) { try FrameShape(.mjpg, width: 2, height: 2, bytesPerLine: 0) }
        #expect(throws: PixelError.dimensions(width: 3, height: 2)) {
            try FrameShape(.yuyv, width: 3, height: 2, bytesPerLine: 6)
        }
        #expect(throws: PixelError.dimensions(width: 2, height: 3)) {
            try FrameShape(.nv12, width: 2, height: 3, bytesPerLine: 2)
        }
        #expect(throws: PixelError.dimensions(width: Int.max, height: 1)) {
            try FrameShape(.grey, width: .max, height: 1, bytesPerLine: 2)
        }
        #expect(throws: PixelError.bytesPerLine(5)) { try FrameShape(.rgb24, width: 2, height: 1, bytesPerLine: 5) }
        #expect(throws: PixelError.short(11, expected: 12)) {
            try converted(.rgb24, 2, 2, 6, Array(repeating: 0, count: 11))
        }
    }

    @Test func `knows the four-character codes`() {
        #expect(PixelFormat.y10.fourCC == 0x2030_3159 && PixelFormat.mjpg.fourCC == 0x4750_4A4D)
        for format in PixelFormat.allCases { #expect(PixelFormat(fourCC: format.fourCC) == format) }
        #expect(PixelFormat(fourCC: 0) == nil)
    }
}

@Suite struct `A mask on raw pixels` {
    @Test(arguments: PixelFormat.allCases.filter { $0 != .mjpg })
    func `covers its rectangle, the chroma grid and nothing else`(_ format: PixelFormat) throws {
        let shape = try FrameShape(format, width: 12, height: 8, bytesPerLine: 40)
        let before = (0..<shape.byteCount).map { UInt8($0 % 3) }
        var after = before
        var span = after.mutableSpan
        let rectangle = try #require(PixelRectangle(x: 3, y: 3, width: 4, height: 2, inside: 12, by: 8))
        try shape.mask(&span, [rectangle])
        let area = try #require(shape.covered(by: rectangle))
        let same = Colorimetry(matrix: .bt601, range: .full)
        var one = [UInt8](repeating: 0, count: shape.convertedCount)
        var other = one
        var oneSpan = one.mutableSpan
        var otherSpan = other.mutableSpan
        try shape.convert(before.span, same, into: &oneSpan)
        try shape.convert(after.span, same, into: &otherSpan)
        let bytes = shape.samples.bytesAPixel
        let grey: [UInt8] = shape.samples.bits > 8 ? [0, UInt8(1 << (shape.samples.bits - 9))] : [128]
        for y in 0..<8 {
            for x in 0..<12 {
                let inside = x >= area.x && x < area.right && y >= area.y && y < area.bottom
                for index in 0..<bytes {
                    let place = (y * 12 + x) * bytes + index
                    #expect(other[place] == (inside ? grey[index % grey.count] : one[place]))
                }
            }
        }
        #expect(area.x <= 3 && area.right >= 7 && area.y <= 3 && area.bottom >= 5)
    }

    @Test func `changes nothing when a rectangle lies outside`() throws {
        let shape = try FrameShape(.grey, width: 4, height: 4, bytesPerLine: 4)
        var bytes = [UInt8](repeating: 7, count: 16)
        var span = bytes.mutableSpan
        let inside = try #require(PixelRectangle(x: 0, y: 0, width: 2, height: 2, inside: 4, by: 4))
        let outside = try #require(PixelRectangle(x: 3, y: 0, width: 2, height: 2, inside: 8, by: 4))
        #expect(throws: PixelError.rectangle(outside)) { try shape.mask(&span, [inside, outside]) }
        #expect(bytes == Array(repeating: 7, count: 16))
    }

    @Test func `clips rectangles without overflow`() throws {
        let all = try #require(PixelRectangle(x: -5, y: -5, width: .max, height: .max, inside: 4, by: 6))
        #expect(all.x == 0 && all.y == 0 && all.width == 4 && all.height == 6)
        #expect(PixelRectangle(x: 4, y: 0, width: 1, height: 1, inside: 4, by: 4) == nil)
        #expect(PixelRectangle(x: -3, y: 0, width: 3, height: 1, inside: 4, by: 4) == nil)
        #expect(PixelRectangle(x: 0, y: 0, width: 0, height: 1, inside: 4, by: 4) == nil)
    }
}
