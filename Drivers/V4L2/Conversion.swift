import CV4L2
import LockedMemory

extension V4L2Stream {
    /// A frame of this stream as RGB24 without padding, by libv4lconvert: for formats that Obscura does not read itself.
    ///
    /// - Throws: `notConvertible` where the library does not know the format or refuses the frame.
    package func rgb(_ frame: borrowing V4L2Frame) throws(V4L2Error) -> LockedBytes {
        try convertToRGB(frame.bytes.span, of: format)
    }
}

/// Converts one uncompressed frame to `width * height * 3` bytes of R, G, B.
///
/// - Parameter frame: exactly `format.sizeImage` bytes.
func convertToRGB(_ frame: Span<UInt8>, of format: V4L2Format) throws(V4L2Error) -> LockedBytes {
    guard !format.isCompressed, (1...16384).contains(format.width), (1...16384).contains(format.height),
        (0...1 << 18).contains(format.bytesPerLine), frame.count == format.sizeImage
    else { throw .notConvertible(format.format) }
    // The library notices a frame that is too short and reads on all the same: it gets zeros to read. No format that
    // it knows has more than four bytes a pixel.
    let reach = max(format.bytesPerLine, 4 * format.width) * format.height * 2
    var rgb = try locked(format.width * format.height * 3)
    var padded = try locked(max(frame.count, reach))
    var target = padded.mutableSpan
    for place in frame.indices { target[place] = frame[place] }
    guard convert(padded.span, count: frame.count, of: format, into: &rgb) else {
        throw .notConvertible(format.format)
    }
    return rgb
}

private func locked(_ count: Int) throws(V4L2Error) -> LockedBytes {
    do { return try LockedBytes(count: count) } catch { throw .memory }
}

private func convert(
    _ source: Span<UInt8>, count: Int, of format: V4L2Format, into rgb: inout LockedBytes
) -> Bool {
    guard let library = unsafe obscura_v4l2_converter() else { return false }
    defer { unsafe obscura_v4l2_converter_free(library) }
    var layout = obscura_v4l2_format()
    (layout.width, layout.height, layout.fourcc) = (UInt32(format.width), UInt32(format.height), format.format.value)
    (layout.bytes_per_line, layout.size_image) = (UInt32(format.bytesPerLine), UInt32(format.sizeImage))
    layout.field = 1
    var output = rgb.mutableSpan
    let wanted = output.count
    let written = unsafe source.withUnsafeBufferPointer { source in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_v4l2_convert(library, &layout, source.baseAddress, count, output.baseAddress, output.count)
        }
    }
    return Int(written) == wanted
}
