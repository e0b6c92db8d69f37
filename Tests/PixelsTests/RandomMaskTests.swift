import PixelLoops
import Pixels
import Testing

/// Numbers that are the same in every run (xorshift64*).
private struct Numbers {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % limit
    }
}

/// The grey that a byte of a frame gets when a mask covers one of its pixels, by V4L2's description of each format; nil
/// where no pixel lies under the mask, and in the padding behind a row.
private func grey(
    _ place: Int, of shape: FrameShape, isMasked: (_ x: Int, _ y: Int) -> Bool
) -> UInt8? {
    let (row, column) = (place / shape.bytesPerLine, place % shape.bytesPerLine)
    func any(_ xs: Range<Int>, _ ys: Range<Int>) -> Bool {
        xs.contains { x in ys.contains { y in x < shape.width && y < shape.height && isMasked(x, y) } }
    }
    func wide(_ grey: UInt8) -> UInt8? {
        any(column / 2..<column / 2 + 1, row..<row + 1) ? (column % 2 == 0 ? 0 : grey) : nil
    }
    switch shape.format {
    case .mjpg: return nil
    case .grey: return any(column..<column + 1, row..<row + 1) ? 128 : nil
    case .y10: return wide(0x02)
    case .y12: return wide(0x08)
    case .y16: return wide(0x80)
    case .rgb24, .bgr24: return any(column / 3..<column / 3 + 1, row..<row + 1) ? 128 : nil
    case .yuyv, .uyvy:
        // Four bytes are two pixels that share their chroma: both go.
        let first = column / 4 * 2
        return any(first..<first + 2, row..<row + 1) ? 128 : nil
    case .nv12:
        // Four pixels share their chroma: all of them go.
        let left = column / 2 * 2
        let top = row < shape.height ? row / 2 * 2 : (row - shape.height) * 2
        return any(left..<left + 2, top..<top + 2) ? 128 : nil
    }
}

@Suite struct `Random masks on raw frames` {
    @Test(arguments: PixelFormat.allCases.filter { $0 != .mjpg })
    func `overwrite every byte of their pixels and no other`(_ format: PixelFormat) throws {
        var random = Numbers(state: 77)
        for _ in 0..<60 {
            let (width, height) = (2 + 2 * random.below(20), 2 + 2 * random.below(15))
            let odd = [.grey, .y10, .y12, .y16, .rgb24, .bgr24].contains(format) ? random.below(2) : 0
            let shape = try FrameShape(
                format, width: width + odd, height: height + odd, bytesPerLine: 3 * width + 3 + random.below(9))
            // A driver's buffer may be longer than its frame.
            let before = (0..<shape.byteCount + random.below(5)).map { _ in UInt8(random.below(256)) }
            let rectangles = (0..<random.below(4)).compactMap { _ in
                PixelRectangle(
                    x: random.below(width + 4) - 4, y: random.below(height + 4) - 4, width: 1 + random.below(20),
                    height: 1 + random.below(20), inside: shape.width, by: shape.height)
            }
            var after = before
            var span = after.mutableSpan
            try shape.mask(&span, rectangles)
            let wrong = before.indices.filter { place in
                let expected =
                    place >= shape.byteCount
                    ? nil
                    : grey(place, of: shape) { x, y in
                        rectangles.contains { x >= $0.x && x < $0.right && y >= $0.y && y < $0.bottom }
                    }
                return after[place] != expected ?? before[place]
            }
            #expect(wrong == [], "\(shape) \(rectangles)")
        }
    }
}
