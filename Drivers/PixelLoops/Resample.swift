import CPixels

/// Which pixels of a side's source each pixel of its target is made of, and how much of each.
package struct ResampleTaps: Sendable {
    /// Pixels.
    package let source: Int
    package let target: Int
    private let firsts: [UInt32]
    private let starts: [UInt32]
    private let weights: [UInt16]

    /// Area averaging where the side shrinks, linear interpolation where it grows.
    package init(from source: Int, to target: Int) {
        precondition((1...1 << 20).contains(source) && (1...1 << 20).contains(target))
        (self.source, self.target) = (source, target)
        var (firsts, starts, weights): ([UInt32], [UInt32], [UInt16]) = ([], [0], [])
        for index in 0..<target {
            let first =
                target >= source
                ? Self.between(index, source, target, &weights) : Self.over(index, source, target, &weights)
            firsts.append(UInt32(first))
            starts.append(UInt32(weights.count))
        }
        (self.firsts, self.starts, self.weights) = (firsts, starts, weights)
    }

    /// The two source pixels around a target pixel's centre.
    private static func between(_ index: Int, _ source: Int, _ target: Int, _ weights: inout [UInt16]) -> Int {
        // Centres in units of 1 / (2 target) source pixel.
        let centre = max(0, (2 * index + 1) * source - target)
        let first = min(centre / (2 * target), source - 1)
        let weight = UInt16((centre - first * 2 * target) * 4096 / (2 * target))
        weights += first + 1 < source ? [4096 - weight, weight] : [4096]
        return first
    }

    /// All source pixels under a target pixel.
    private static func over(_ index: Int, _ source: Int, _ target: Int, _ weights: inout [UInt16]) -> Int {
        // Source pixels in units of 1 / target: pixel k reaches from k * target to (k + 1) * target.
        let (start, end) = (index * source, (index + 1) * source)
        let (first, place) = (start / target, weights.count)
        var rest = 4096
        for pixel in first...(end - 1) / target {
            let weight = (min(end, (pixel + 1) * target) - max(start, pixel * target)) * 4096 / source
            rest -= weight
            weights.append(UInt16(weight))
        }
        weights[place] += UInt16(rest)
        return first
    }

    fileprivate func lend<R>(to body: (obscura_taps) -> R) -> R {
        unsafe firsts.withUnsafeBufferPointer { firsts in
            unsafe starts.withUnsafeBufferPointer { starts in
                unsafe weights.withUnsafeBufferPointer { weights in
                    unsafe body(
                        obscura_taps(
                            source: source, target: target, firsts: firsts.baseAddress, starts: starts.baseAddress,
                            weights: weights.baseAddress))
                }
            }
        }
    }
}

/// Averages blocks of `factor` x `factor` pixels; a last column or row that fills no block is dropped.
///
/// - Parameters:
///   - width: pixels of the source, which has `channels` bytes for each.
///   - output: (width / factor) x (height / factor) pixels.
package func averagePixels(
    _ bytes: Span<UInt8>, width: Int, height: Int, channels: Int, factor: Int, into output: inout MutableSpan<UInt8>
) {
    precondition(factor > 0 && factor * channels <= 1024 && width >= factor && height >= factor && channels > 0)
    precondition(bytes.count == width * height * channels)
    precondition(output.count == (width / factor) * (height / factor) * channels)
    unsafe bytes.withUnsafeBufferPointer { source in
        unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe obscura_pixels_average(
                source.baseAddress, width * channels, channels, factor, width / factor, height / factor,
                target.baseAddress)
        }
    }
}

/// Resamples a picture without padding to the size that the taps say.
///
/// - Parameters:
///   - bytes: `columns.source` x `rows.source` pixels of `channels` (1 or 3) bytes.
///   - row: memory for one row of the source: pixels pass through it.
package func resamplePixels(
    _ bytes: Span<UInt8>, channels: Int, columns: ResampleTaps, rows: ResampleTaps, row: inout MutableSpan<UInt8>,
    into output: inout MutableSpan<UInt8>
) {
    precondition((channels == 1 || channels == 3) && bytes.count == columns.source * rows.source * channels)
    precondition(row.count == columns.source * channels && output.count == columns.target * rows.target * channels)
    unsafe bytes.withUnsafeBufferPointer { source in
        unsafe row.withUnsafeMutableBufferPointer { row in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe columns.lend { columns in
                    unsafe rows.lend { rows in
                        unsafe obscura_pixels_resample(
                            source.baseAddress, channels, columns, rows, row.baseAddress, target.baseAddress)
                    }
                }
            }
        }
    }
}

/// Writes a picture of 1 or 3 channels into RGB pixels, whichever way up.
///
/// - Parameters:
///   - first: the pixel of `output` where the picture's first pixel goes.
///   - across: pixels of `output` from one of the picture's to its right neighbour.
///   - down: pixels of `output` from one of the picture's to the one below.
package func placePixels(
    _ bytes: Span<UInt8>, channels: Int, width: Int, height: Int, first: Int, across: Int, down: Int,
    into output: inout MutableSpan<UInt8>
) {
    precondition((channels == 1 || channels == 3) && width > 0 && height > 0)
    precondition(bytes.count == width * height * channels)
    let (right, bottom) = ((width - 1) * across, (height - 1) * down)
    for corner in [first, first + right, first + bottom, first + right + bottom] {
        precondition(corner >= 0 && 3 * (corner + 1) <= output.count, "outside the target")
    }
    unsafe bytes.withUnsafeBufferPointer { source in
        unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe obscura_pixels_place(
                source.baseAddress, channels, width, height, across, down,
                target.baseAddress.map { unsafe $0 + 3 * first })
        }
    }
}
