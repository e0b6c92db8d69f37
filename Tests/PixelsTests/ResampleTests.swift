import PixelLoops
import Testing

@Suite struct `Resampled pixels` {
    /// The mean of a block of pixels, computed apart: every pixel's share in units of 1 / target.
    private func share(_ pixel: Int, of index: Int, _ source: Int, _ target: Int) -> Double {
        let (start, end) = (index * source, (index + 1) * source)
        return Double(max(0, min(end, (pixel + 1) * target) - max(start, pixel * target))) / Double(source)
    }

    private func noise(_ count: Int) -> [UInt8] {
        var state: UInt32 = 12345
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    }

    @Test(arguments: [(1, 37, 23, 10, 7), (3, 41, 30, 20, 9), (3, 1200, 5, 400, 2), (1, 8, 8, 8, 8)])
    func `are the mean of what they cover`(channels: Int, width: Int, height: Int, wide: Int, high: Int) {
        let bytes = noise(channels * width * height)
        var (out, row) = (
            [UInt8](repeating: 0, count: channels * wide * high), [UInt8](repeating: 0, count: channels * width)
        )
        var output = out.mutableSpan
        var line = row.mutableSpan
        resamplePixels(
            bytes.span, channels: channels, columns: ResampleTaps(from: width, to: wide),
            rows: ResampleTaps(from: height, to: high), row: &line, into: &output)
        for y in 0..<high {
            for x in 0..<wide {
                for channel in 0..<channels {
                    var mean = 0.0
                    for row in 0..<height where share(row, of: y, height, high) > 0 {
                        for column in 0..<width where share(column, of: x, width, wide) > 0 {
                            mean +=
                                share(row, of: y, height, high) * share(column, of: x, width, wide)
                                * Double(bytes[channels * (row * width + column) + channel])
                        }
                    }
                    // Two roundings, and weights of twelve bits.
                    #expect(abs(Double(out[channels * (y * wide + x) + channel]) - mean) <= 1.5)
                }
            }
        }
    }

    @Test(arguments: [1, 3]) func `are averaged by whole blocks`(channels: Int) {
        let (width, height, factor) = (1300, 7, 3)
        let bytes = noise(channels * width * height)
        var out = [UInt8](repeating: 0, count: channels * (width / factor) * (height / factor))
        var output = out.mutableSpan
        averagePixels(
            bytes.span, width: width, height: height, channels: channels, factor: factor, into: &output)
        for y in 0..<height / factor {
            for x in 0..<width / factor {
                for channel in 0..<channels {
                    var sum = 0
                    for place in 0..<9 {
                        let (row, column) = (3 * y + place / 3, 3 * x + place % 3)
                        sum += Int(bytes[channels * (row * width + column) + channel])
                    }
                    #expect(Int(out[channels * (y * (width / factor) + x) + channel]) == (sum + 4) / 9)
                }
            }
        }
    }

    @Test func `grow between their neighbours`() {
        let bytes: [UInt8] = [0, 200]
        var (out, row) = ([UInt8](repeating: 0, count: 8), [UInt8](repeating: 0, count: 2))
        var output = out.mutableSpan
        var line = row.mutableSpan
        resamplePixels(
            bytes.span, channels: 1, columns: ResampleTaps(from: 2, to: 8), rows: ResampleTaps(from: 1, to: 1),
            row: &line, into: &output)
        #expect(out == [0, 0, 25, 75, 125, 175, 200, 200])
    }
}
