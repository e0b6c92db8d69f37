import DetectLink
import LockedMemory

/// A full-size picture, 8 bit: three interleaved channels (RGB) or one (luma).
package struct Picture: ~Escapable {
    let bytes: Span<UInt8>
    package let width: Int
    package let height: Int
    let channels: Int

    /// - Throws: `size` when the bytes are not `width` x `height` x 1 or 3.
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>, width: Int, height: Int) throws(MaskError) {
        guard width > 0, height > 0, [1, 3].contains(where: { bytes.count == $0 * width * height }) else {
            throw .size(bytes.count)
        }
        self.bytes = bytes
        self.width = width
        self.height = height
        channels = bytes.count / (width * height)
    }
}

/// The reduced copies for all passes, one after the other, as `DetectorLink` takes them; locked and wiped.
package func reduce(_ picture: borrowing Picture, for passes: [Pass]) throws(MaskError) -> LockedBytes {
    let total = passes.reduce(0) { $0 + $1.plane.byteCount }
    var out = try locked(total)
    let longest = max(picture.width, picture.height)
    // Halving, thirding ... by whole factors first keeps the rest cheap and averages every pixel once.
    let factor = max(1, longest / 640)
    let (width, height) = (picture.width / factor, picture.height / factor)
    guard width > 0, height > 0 else { throw .shape(width: picture.width, height: picture.height) }
    var smaller = try locked(3 * width * height)
    average(picture, factor: factor, width: width, height: height, into: &smaller)
    var offset = 0
    for pass in passes {
        let size = pass.content
        var content = try locked(3 * size.area)
        try resample(smaller, width: width, height: height, to: size, into: &content)
        place(content, pass, into: &out, at: offset)
        offset += pass.plane.byteCount
    }
    return out
}

func locked(_ count: Int) throws(MaskError) -> LockedBytes {
    do { return try LockedBytes(count: count) } catch { throw .memory(count) }
}

/// Averages blocks of `factor` x `factor`; a last column or row that fills no block is dropped.
private func average(
    _ picture: borrowing Picture, factor: Int, width: Int, height: Int, into target: inout LockedBytes
) {
    let (bytes, channels, stride) = (picture.bytes, picture.channels, picture.width * picture.channels)
    let area = UInt32(factor * factor)
    var out = target.mutableSpan
    var sums = [UInt32](repeating: 0, count: width * channels)
    for y in 0..<height {
        for index in sums.indices { sums[index] = 0 }
        for row in y * factor..<(y + 1) * factor {
            var at = row * stride
            for x in 0..<width {
                for _ in 0..<factor {
                    for channel in 0..<channels { sums[x * channels + channel] &+= UInt32(bytes[at + channel]) }
                    at += channels
                }
            }
        }
        for x in 0..<width {
            for channel in 0..<3 {
                let sum = sums[x * channels + (channels == 3 ? channel : 0)]
                out[3 * (y * width + x) + channel] = UInt8((sum + area / 2) / area)
            }
        }
    }
}

/// The source pixels of one target pixel along one side, and their weights, which sum to 4096.
private struct Taps {
    let first: Int
    let weights: [Int]
}

/// Area averaging where the side shrinks, linear interpolation where it grows.
private func taps(from source: Int, to target: Int) -> [Taps] {
    (0..<target).map { index in
        if target >= source {
            // Centres in units of 1 / (2 target) source pixel.
            let centre = max(0, (2 * index + 1) * source - target)
            let first = min(centre / (2 * target), source - 1)
            let weight = (centre - first * 2 * target) * 4096 / (2 * target)
            return first + 1 < source
                ? Taps(first: first, weights: [4096 - weight, weight]) : Taps(first: first, weights: [4096])
        }
        // Source pixels in units of 1 / target: pixel k reaches from k * target to (k + 1) * target.
        let (start, end) = (index * source, (index + 1) * source)
        let first = start / target
        var weights: [Int] = []
        for pixel in first...(end - 1) / target {
            let shared = min(end, (pixel + 1) * target) - max(start, pixel * target)
            weights.append(shared * 4096 / source)
        }
        weights[0] += 4096 - weights.reduce(0, +)
        return Taps(first: first, weights: weights)
    }
}

/// Resamples interleaved RGB to `size`'s width and height.
private func resample(
    _ source: borrowing LockedBytes, width: Int, height: Int, to size: Region, into target: inout LockedBytes
) throws(MaskError) {
    let columns = taps(from: width, to: size.width)
    let rows = taps(from: height, to: size.height)
    var narrow = try locked(3 * size.width * height)
    let input = source.span
    var middle = narrow.mutableSpan
    for y in 0..<height {
        for (x, tap) in columns.enumerated() {
            for channel in 0..<3 {
                var sum = 2048
                var at = 3 * (y * width + tap.first) + channel
                for weight in tap.weights {
                    sum += weight * Int(input[at])
                    at += 3
                }
                middle[3 * (y * size.width + x) + channel] = UInt8(sum >> 12)
            }
        }
    }
    let reduced = narrow.span
    var out = target.mutableSpan
    let stride = 3 * size.width
    for (y, tap) in rows.enumerated() {
        for x in 0..<stride {
            var sum = 2048
            var at = tap.first * stride + x
            for weight in tap.weights {
                sum += weight * Int(reduced[at])
                at += stride
            }
            out[y * stride + x] = UInt8(sum >> 12)
        }
    }
}

/// Writes the content into the pass's plane, turned, with grey around it.
private func place(_ content: borrowing LockedBytes, _ pass: Pass, into planes: inout LockedBytes, at offset: Int) {
    let input = content.span
    var out = planes.mutableSpan
    let inner = pass.content
    let (width, height) = (pass.unturnedWidth, pass.unturnedHeight)
    for y in 0..<height {
        for x in 0..<width {
            let place =
                switch pass.turn {
                case .none: y * width + x
                case .quarter: x * height + (height - 1 - y)
                case .half: (height - 1 - y) * width + (width - 1 - x)
                case .threeQuarters: (width - 1 - x) * height + y
                }
            let inside = (inner.x..<inner.right).contains(x) && (inner.y..<inner.bottom).contains(y)
            let from = 3 * ((y - inner.y) * inner.width + x - inner.x)
            for channel in 0..<3 { out[offset + 3 * place + channel] = inside ? input[from + channel] : 128 }
        }
    }
}
