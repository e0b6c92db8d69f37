import CJPEG

/// Bytes that coding a picture of this size takes at most: libjpeg spends less on any coefficients than twice the samples.
package func encodedBound(width: Int, height: Int) -> Int { 2 * 3 * width * height + 65536 }

/// Codes a picture as a baseline JPEG, YCbCr 4:2:0, for a screen.
///
/// - Parameters:
///   - rgb: `width` x `height` interleaved 8-bit RGB, no padding.
///   - quality: libjpeg's, 1 ... 100.
/// - Returns: how many bytes of `output` the picture takes; `encodedBound(width:height:)` are enough.
package func encodeJPEG(
    rgb: Span<UInt8>, width: Int, height: Int, quality: Int, into output: inout MutableSpan<UInt8>
) throws(JPEGError) -> Int {
    let sides = 1...65500
    precondition(sides.contains(width) && sides.contains(height) && rgb.count == 3 * width * height)
    precondition((1...100).contains(quality))
    let capacity = output.count
    let result = unsafe rgb.withUnsafeBufferPointer { rgb in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_jpeg_encode(
                rgb.baseAddress, UInt32(width), UInt32(height), CInt(quality), output.baseAddress, output.count)
        }
    }
    try result.check(capacity: capacity)
    return result.written
}
