import CCharLS

/// A picture cannot be coded as, or read from, lossless JPEG-LS.
package enum JPEGLSError: Error, Equatable {
    /// Pixels, bits or components outside the bounds.
    case shape(width: Int, height: Int, bits: Int, components: Int)
    /// A buffer has not the size in bytes that it must have.
    case size(Int, expected: Int)
    /// Near-lossless, several scans or a colour transformation.
    case notTaken
    /// A marker segment at this byte is missing, malformed or not of this profile.
    case markers(at: Int)
    /// CharLS's error number.
    case coder(Int32)
}

/// Size and kind of the samples of a picture: rows without padding, components interleaved,
/// one byte a sample up to 8 bits, two little-endian bytes above.
package struct JPEGLSShape: Sendable, Equatable {
    /// Pixels, 1 to 16384.
    package let width: Int
    /// Pixels, 1 to 16384.
    package let height: Int
    /// Bits a sample, 8 to 16.
    package let bits: Int
    /// 1 or 3.
    package let components: Int

    /// The largest picture, in pixels.
    package static let mostPixels = 1 << 26
    /// The largest file, in bytes.
    package static let mostBytes = 512 << 20

    package init(width: Int, height: Int, bits: Int, components: Int) throws(JPEGLSError) {
        guard (1...16384).contains(width), (1...16384).contains(height), width * height <= Self.mostPixels,
            (8...16).contains(bits), components == 1 || components == 3
        else { throw .shape(width: width, height: height, bits: bits, components: components) }
        self.width = width
        self.height = height
        self.bits = bits
        self.components = components
    }

    /// Reads the header of a lossless JPEG-LS file; nothing is decoded.
    package init(parsing bytes: Span<UInt8>) throws(JPEGLSError) {
        guard (1...Self.mostBytes).contains(bytes.count) else { throw .size(bytes.count, expected: Self.mostBytes) }
        let count = try checkMarkers(bytes)
        var shape = obscura_jpegls_shape()
        let error = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe obscura_jpegls_shape_of(bytes.baseAddress, count, &shape)
        }
        try check(error)
        try self.init(
            width: Int(shape.width), height: Int(shape.height), bits: Int(shape.bits),
            components: Int(shape.components))
    }

    /// Bytes of the samples.
    package var count: Int { width * height * components * (bits > 8 ? 2 : 1) }
    /// Memory in bytes for the coded picture. Noise takes a few percent more than its own size; samples made to need
    /// more than this, which T.87 would allow, are refused by the coder.
    package var codedBound: Int { count + count / 2 + 65536 }

    fileprivate var shape: obscura_jpegls_shape {
        obscura_jpegls_shape(
            width: UInt32(width), height: UInt32(height), bits: Int32(bits), components: Int32(components))
    }
}

private func check(_ error: CInt) throws(JPEGLSError) {
    switch error {
    case 0: return
    case -1: throw .notTaken
    default: throw .coder(error)
    }
}

/// Codes samples without loss (ISO/IEC 14495-1), interleaved by line when there are three components.
///
/// - Parameter output: `codedBound` bytes are enough; all zero when the call throws.
/// - Returns: how many bytes of `output` the coded picture takes.
package func encodeJPEGLS(
    _ samples: Span<UInt8>, _ shape: JPEGLSShape, into output: inout MutableSpan<UInt8>
) throws(JPEGLSError) -> Int {
    guard samples.count == shape.count else { throw .size(samples.count, expected: shape.count) }
    guard !output.isEmpty else { throw .size(0, expected: shape.codedBound) }
    var written = 0
    let error = unsafe samples.withUnsafeBufferPointer { samples in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_jpegls_encode(
                shape.shape, samples.baseAddress, samples.count, output.baseAddress, output.count, &written)
        }
    }
    try check(error)
    return written
}

/// Decodes a lossless JPEG-LS file; a zero byte that pads it to an even length is passed over.
///
/// - Parameter output: exactly the shape's `count` bytes; all zero when the call throws.
@discardableResult
package func decodeJPEGLS(
    _ bytes: Span<UInt8>, into output: inout MutableSpan<UInt8>
) throws(JPEGLSError) -> JPEGLSShape {
    let shape = try JPEGLSShape(parsing: bytes)
    let count = try checkMarkers(bytes)
    guard output.count == shape.count else { throw .size(output.count, expected: shape.count) }
    let error = unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_jpegls_decode(bytes.baseAddress, count, output.baseAddress, output.count)
        }
    }
    try check(error)
    return shape
}
