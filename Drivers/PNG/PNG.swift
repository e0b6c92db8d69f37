import CPNG

/// A picture cannot be written as PNG, or read from one.
package enum PNGError: Error, Equatable {
    /// Pixels, bits or channels outside the bounds.
    case shape(width: Int, height: Int, bits: Int, channels: Int)
    /// A buffer has not the size in bytes that it must have.
    case size(Int, expected: Int)
    /// libpng refused to write.
    case notWritten
    /// Not a whole PNG of 8 or 16 bits, grey, RGB or with a palette, without interlacing.
    case notTaken
}

/// Size and kind of the samples of a PNG: rows without padding, 16-bit samples most significant byte first.
package struct PNGShape: Sendable, Equatable {
    /// Pixels, 1 to 16384.
    package let width: Int
    /// Pixels, 1 to 16384.
    package let height: Int
    /// Bits a sample: 8 or 16.
    package let bits: Int
    /// 1 grey, 3 RGB.
    package let channels: Int
    /// How many of the upper bits mean something.
    package let significant: Int

    /// The largest picture, in pixels.
    package static let mostPixels = 1 << 26
    /// The largest file, in bytes.
    package static let mostBytes = 512 << 20

    /// 8-bit grey or RGB, or 16-bit grey.
    package init(width: Int, height: Int, bits: Int, channels: Int) throws(PNGError) {
        try self.init(width: width, height: height, bits: bits, channels: channels, significant: bits)
    }

    private init(width: Int, height: Int, bits: Int, channels: Int, significant: Int) throws(PNGError) {
        guard (1...16384).contains(width), (1...16384).contains(height), width * height <= Self.mostPixels,
            bits == 8 && (channels == 1 || channels == 3) || bits == 16 && channels == 1,
            (1...bits).contains(significant)
        else { throw .shape(width: width, height: height, bits: bits, channels: channels) }
        self.width = width
        self.height = height
        self.bits = bits
        self.channels = channels
        self.significant = significant
    }

    /// Reads the header of a PNG file.
    package init(parsing bytes: Span<UInt8>) throws(PNGError) {
        guard (1...Self.mostBytes).contains(bytes.count) else { throw .size(bytes.count, expected: Self.mostBytes) }
        var shape = obscura_png_shape()
        let done = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe obscura_png_shape_of(bytes.baseAddress, bytes.count, &shape)
        }
        guard done == 1 else { throw .notTaken }
        try self.init(
            width: Int(shape.width), height: Int(shape.height), bits: Int(shape.bits), channels: Int(shape.channels),
            significant: Int(shape.significant))
    }

    /// Bytes of the samples.
    package var count: Int { width * height * channels * bits / 8 }
    /// Memory in bytes that the written file fits in.
    package var writtenBound: Int { count + height + count / 512 + 65536 }

    fileprivate func shape(significant: Int) -> obscura_png_shape {
        obscura_png_shape(
            width: UInt32(width), height: UInt32(height), bits: CInt(bits), channels: CInt(channels),
            significant: CInt(significant))
    }

    fileprivate func write(_ samples: Span<UInt8>, significant: Int) throws(PNGError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: writtenBound)
        var span = output.mutableSpan
        let written = try write(samples, significant: significant, into: &span)
        output.removeLast(output.count - written)
        return output
    }

    /// Writes grey or RGB samples into memory of the caller's, for what must not lie in any other.
    ///
    /// - Parameters:
    ///   - samples: `count` bytes; of 16 bits the most significant byte first.
    ///   - significant: how many of the upper bits of a sample mean something.
    ///   - output: at least `writtenBound` bytes; all zero when the call throws.
    /// - Returns: bytes of the file.
    package func write(
        _ samples: Span<UInt8>, significant: Int, into output: inout MutableSpan<UInt8>
    ) throws(PNGError) -> Int {
        guard samples.count == count else { throw .size(samples.count, expected: count) }
        var written = 0
        let done = unsafe samples.withUnsafeBufferPointer { samples in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe obscura_png_write(
                    shape(significant: significant), samples.baseAddress, output.baseAddress, output.count, &written)
            }
        }
        guard done == 1 else { throw .notWritten }
        return written
    }
}

/// Writes 8-bit grey or interleaved RGB samples.
package func writePNG(_ samples: Span<UInt8>, width: Int, height: Int, channels: Int) throws(PNGError) -> [UInt8] {
    try PNGShape(width: width, height: height, bits: 8, channels: channels).write(samples, significant: 8)
}

/// Writes 16-bit little-endian grey samples of `bits` (9 to 16) meaningful bits.
///
/// PNG scales: a sample is moved to the top of its 16 bits, its upper bits fill the rest, and sBIT says how many were
/// given, so that `sample >> (16 - bits)` is the original (PNG specification, 12.4).
package func writePNG16(_ samples: Span<UInt8>, width: Int, height: Int, bits: Int) throws(PNGError) -> [UInt8] {
    let shape = try PNGShape(width: width, height: height, bits: 16, channels: 1)
    guard (9...16).contains(bits) else {
        throw .shape(width: width, height: height, bits: bits, channels: 1)
    }
    guard samples.count == shape.count else { throw .size(samples.count, expected: shape.count) }
    var scaled = [UInt8](repeating: 0, count: samples.count)
    for index in stride(from: 0, to: samples.count, by: 2) {
        let sample = UInt16(samples[index]) | UInt16(samples[index + 1]) << 8
        let high = sample << UInt16(16 - bits) | sample >> UInt16(2 * bits - 16)
        scaled[index] = UInt8(high >> 8)
        scaled[index + 1] = UInt8(high & 0xFF)
    }
    return try shape.write(scaled.span, significant: bits)
}

/// Decodes a PNG; 16-bit grey comes most significant byte first, 16-bit colour as 8 bits, and transparency is left out.
///
/// - Parameter output: exactly the shape's `count` bytes; all zero when the call throws.
@discardableResult
package func readPNG(_ bytes: Span<UInt8>, into output: inout MutableSpan<UInt8>) throws(PNGError) -> PNGShape {
    let shape = try PNGShape(parsing: bytes)
    guard output.count == shape.count else { throw .size(output.count, expected: shape.count) }
    let done = unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_png_read(bytes.baseAddress, bytes.count, output.baseAddress, output.count)
        }
    }
    guard done == 1 else { throw .notTaken }
    return shape
}
