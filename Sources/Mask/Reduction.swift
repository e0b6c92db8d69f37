import DetectLink
import LockedMemory
import PixelLoops

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
///
/// Passes of one size share one copy, which is turned as it is put into each plane.
package func reduce(_ picture: borrowing Picture, for passes: [Pass]) throws(MaskError) -> LockedBytes {
    var planes = try locked(passes.reduce(0) { $0 + $1.plane.byteCount })
    let longest = max(picture.width, picture.height)
    // Halving, thirding ... by whole factors first keeps the rest cheap and averages every pixel once.
    let factor = max(1, longest / 640)
    let (width, height) = (picture.width / factor, picture.height / factor)
    guard width > 0, height > 0 else { throw .shape(width: picture.width, height: picture.height) }
    guard factor > 1 else {
        try fill(&planes, for: passes, from: picture)
        return planes
    }
    var smaller = try locked(picture.channels * width * height)
    do {
        var output = smaller.mutableSpan
        averagePixels(
            picture.bytes, width: picture.width, height: picture.height, channels: picture.channels, factor: factor,
            into: &output)
    }
    try fill(&planes, for: passes, from: try Picture(smaller.span, width: width, height: height))
    return planes
}

func locked(_ count: Int) throws(MaskError) -> LockedBytes {
    do { return try LockedBytes(count: count) } catch { throw .memory(count) }
}

private func fill(
    _ planes: inout LockedBytes, for passes: [Pass], from picture: borrowing Picture
) throws(MaskError) {
    var row = try locked(picture.width * picture.channels)
    var sizes: [(width: Int, height: Int)] = []
    for pass in passes where !sizes.contains(where: { $0 == (pass.content.width, pass.content.height) }) {
        sizes.append((pass.content.width, pass.content.height))
    }
    for (width, height) in sizes {
        var content = try locked(picture.channels * width * height)
        do {
            var output = content.mutableSpan
            var row = row.mutableSpan
            resamplePixels(
                picture.bytes, channels: picture.channels, columns: ResampleTaps(from: picture.width, to: width),
                rows: ResampleTaps(from: picture.height, to: height), row: &row, into: &output)
        }
        var offset = 0
        for pass in passes {
            if (pass.content.width, pass.content.height) == (width, height) {
                place(content.span, channels: picture.channels, pass, into: &planes, at: offset)
            }
            offset += pass.plane.byteCount
        }
    }
}

/// Writes the content into the pass's plane, turned, with grey around it.
private func place(
    _ content: Span<UInt8>, channels: Int, _ pass: Pass, into planes: inout LockedBytes, at offset: Int
) {
    let inner = pass.content
    let (width, height) = (pass.unturnedWidth, pass.unturnedHeight)
    var output = planes.mutableSpan
    if inner.area < width * height {
        let stride = 3 * pass.plane.width
        PixelLoops.fill(
            &output, first: offset, stride: stride, count: stride, height: pass.plane.height, even: 128, odd: 128)
    }
    // Which pixel of the turned plane is at x, y before the turn.
    func at(_ x: Int, _ y: Int) -> Int {
        switch pass.turn {
        case .none: y * width + x
        case .quarter: x * height + height - 1 - y
        case .half: (height - 1 - y) * width + width - 1 - x
        case .threeQuarters: (width - 1 - x) * height + y
        }
    }
    let first = at(inner.x, inner.y)
    placePixels(
        content, channels: channels, width: inner.width, height: inner.height,
        first: offset / 3 + first, across: at(inner.x + 1, inner.y) - first, down: at(inner.x, inner.y + 1) - first,
        into: &output)
}
