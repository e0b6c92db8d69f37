import CJPEG
import PixelLoops

/// How much smaller a decoded picture is than the JPEG, each way; sizes are rounded up.
package enum JPEGScale: Int, Sendable, CaseIterable {
    case full = 1
    case half = 2
    case quarter = 4
    case eighth = 8
}

/// What a decoder writes: bytes a pixel.
package enum JPEGChannels: Int, Sendable {
    /// The luma plane as it is coded.
    case luma = 1
    /// R, G, B interleaved.
    case rgb = 3
}

extension JPEGHeader {
    /// Width and height in pixels after decoding at `scale`.
    package func size(at scale: JPEGScale) -> (width: Int, height: Int) {
        ((width + scale.rawValue - 1) / scale.rawValue, (height + scale.rawValue - 1) / scale.rawValue)
    }

    /// Bytes that decoding at `scale` writes.
    package func decodedCount(at scale: JPEGScale, _ channels: JPEGChannels) -> Int {
        let size = size(at: scale)
        return size.width * size.height * channels.rawValue
    }

    /// Memory in bytes that a masked copy of the picture fits in.
    ///
    /// The copy is coded with the standard Huffman tables, which may be longer than the camera's own.
    package var maskedBound: Int { 2 * count + 65536 }

    /// What masking `rectangle` covers: rounded outward to whole coded units; nil when it lies outside the picture.
    package func covered(by rectangle: PixelRectangle) -> PixelRectangle? {
        rectangle.rounded(outwardTo: unit.width, by: unit.height, inside: width, by: height)
    }

    /// Makes of the decoded picture what decoding its masked copy gives: mid-grey where the coded units are empty. All else
    /// is the same pixel for pixel, for no pixel is made of two coded units (`decodeJPEG`).
    ///
    /// - Parameter pixels: as `decodeJPEG` wrote them.
    package func cover(
        _ rectangles: [PixelRectangle], in pixels: inout MutableSpan<UInt8>, at scale: JPEGScale,
        as channels: JPEGChannels
    ) throws(JPEGError) {
        let (count, stride) = (decodedCount(at: scale, channels), size(at: scale).width * channels.rawValue)
        guard pixels.count == count else { throw .outputSize(count) }
        func reduced(_ length: Int) -> Int { (length + scale.rawValue - 1) / scale.rawValue }
        for area in rectangles.compactMap(covered) {
            let (x, y) = (reduced(area.x), reduced(area.y))
            fill(
                &pixels, first: y * stride + x * channels.rawValue, stride: stride,
                count: (reduced(area.right) - x) * channels.rawValue, height: reduced(area.bottom) - y, even: 128,
                odd: 128)
        }
    }

    func units(_ rectangles: [PixelRectangle]) throws(JPEGError) -> [obscura_jpeg_units] {
        var units: [obscura_jpeg_units] = []
        for rectangle in rectangles {
            guard rectangle.right <= width, rectangle.bottom <= height else { throw .rectangle(rectangle) }
            units.append(
                obscura_jpeg_units(
                    left: UInt32(rectangle.x / unit.width), top: UInt32(rectangle.y / unit.height),
                    right: UInt32((rectangle.right + unit.width - 1) / unit.width),
                    bottom: UInt32((rectangle.bottom + unit.height - 1) / unit.height)))
        }
        return units
    }

    /// `body` sees the picture without what a camera put behind it.
    func lend<R>(_ bytes: Span<UInt8>, to body: (obscura_jpeg_picture) -> R) -> R {
        let colour =
            switch colour {
            case .grey: OBSCURA_JPEG_GREY
            case .rgb: OBSCURA_JPEG_RGB
            case .yCbCr: OBSCURA_JPEG_YCBCR
            }
        return unsafe bytes.extracting(0..<count).withUnsafeBufferPointer { bytes in
            unsafe body(
                obscura_jpeg_picture(
                    bytes: bytes.baseAddress, count: bytes.count, width: UInt32(width), height: UInt32(height),
                    colour: CInt(colour.rawValue)))
        }
    }
}

/// Decodes a JPEG to packed rows; upsampling is by replication, the inverse transform libjpeg's accurate integer one.
///
/// - Parameter output: exactly `decodedCount(at:_:)` bytes; zero when the call throws.
/// - Returns: width and height in pixels.
@discardableResult
package func decodeJPEG(
    _ bytes: Span<UInt8>, at scale: JPEGScale, as channels: JPEGChannels, into output: inout MutableSpan<UInt8>
) throws(JPEGError) -> (width: Int, height: Int) {
    let header = try JPEGHeader(parsing: bytes)
    let count = header.decodedCount(at: scale, channels)
    guard output.count == count else { throw .outputSize(count) }
    let result = unsafe header.lend(bytes) { picture in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_jpeg_decode(
                picture, CUnsignedInt(scale.rawValue), CInt(channels.rawValue), output.baseAddress, output.count)
        }
    }
    try result.check(capacity: count)
    return header.size(at: scale)
}

/// Writes the picture again without what lies under the rectangles and without any metadata, and proves it.
///
/// Every coefficient of a coded unit that a rectangle touches becomes zero (mid-grey), every other one stays as it is.
/// No marker survives but what a baseline decoder needs; the restart interval is kept. With no rectangle only the
/// metadata goes. What was written is then read again and compared with the original as `verifyMask` does: the call
/// throws `unreadable`, `changedOutside`, `leftInside`, `metadata` or `size` when it is not what it must be.
/// - Parameter output: `maskedBound` bytes are enough; all zero when the call throws.
/// - Returns: how many bytes of `output` the masked picture takes.
package func maskJPEG(
    _ bytes: Span<UInt8>, _ rectangles: [PixelRectangle], into output: inout MutableSpan<UInt8>
) throws(JPEGError) -> Int {
    let header = try JPEGHeader(parsing: bytes)
    let units = try header.units(rectangles)
    let capacity = output.count
    let result = unsafe header.lend(bytes) { picture in
        unsafe units.span.withUnsafeBufferPointer { units in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe obscura_jpeg_mask(picture, units.baseAddress, units.count, output.baseAddress, output.count)
            }
        }
    }
    try result.check(capacity: capacity)
    do {
        _ = try header.alike(output.span.extracting(0..<result.written))
    } catch {
        output.update(repeating: 0)
        throw error
    }
    return result.written
}

/// Proves a masking: both files are decoded to coefficients, which must be zero under the rectangles and equal
/// elsewhere; quantisation must be equal, and the masked file must carry no metadata and end with the picture.
package func verifyMask(
    original: Span<UInt8>, masked: Span<UInt8>, _ rectangles: [PixelRectangle]
) throws(JPEGError) {
    let before = try JPEGHeader(parsing: original)
    let after = try before.alike(masked)
    let units = try before.units(rectangles)
    let result = unsafe before.lend(original) { one in
        unsafe after.lend(masked) { other in
            unsafe units.span.withUnsafeBufferPointer { units in
                unsafe obscura_jpeg_verify(one, other, units.baseAddress, units.count)
            }
        }
    }
    try result.check(capacity: 0)
}

extension JPEGHeader {
    /// The header of a masked copy of this picture: of the same shape, without metadata and without bytes behind its end.
    fileprivate func alike(_ masked: Span<UInt8>) throws(JPEGError) -> JPEGHeader {
        let after = try JPEGHeader(parsing: masked)
        guard width == after.width, height == after.height, sampling == after.sampling, colour == after.colour,
            unit == after.unit
        else { throw .shape }
        // Bytes behind EOI could be another picture, and a thumbnail in a marker shows what was masked.
        guard after.count == masked.count else { throw .size(masked.count) }
        if let marker = after.metadata { throw .metadata(marker) }
        return after
    }
}

extension obscura_jpeg_result {
    func check(capacity: Int) throws(JPEGError) {
        switch UInt32(status) {
        case OBSCURA_JPEG_DONE.rawValue: return
        case OBSCURA_JPEG_FULL.rawValue: throw .outputFull(capacity)
        case OBSCURA_JPEG_SHAPE.rawValue: throw .shape
        case OBSCURA_JPEG_OUTSIDE.rawValue: throw .changedOutside
        case OBSCURA_JPEG_INSIDE.rawValue: throw .leftInside
        case OBSCURA_JPEG_UNREADABLE.rawValue: throw .unreadable(code)
        default: throw .corrupt(code)
        }
    }
}
