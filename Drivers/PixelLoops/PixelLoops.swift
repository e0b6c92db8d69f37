import CPixels

/// YCbCr to RGB in units of 1/65536, and the luma value of black.
package struct YCbCrWeights: Sendable, Equatable {
    package let black: Int32
    package let luma: Int32
    package let redFromCr: Int32
    package let greenFromCb: Int32
    package let greenFromCr: Int32
    package let blueFromCb: Int32

    package init(
        black: Int32, luma: Int32, redFromCr: Int32, greenFromCb: Int32, greenFromCr: Int32, blueFromCb: Int32
    ) {
        self.black = black
        self.luma = luma
        self.redFromCr = redFromCr
        self.greenFromCb = greenFromCb
        self.greenFromCr = greenFromCr
        self.blueFromCb = blueFromCb
    }

    fileprivate var weights: obscura_ycbcr {
        obscura_ycbcr(
            black: black, luma: luma, red_cr: redFromCr, green_cb: greenFromCb, green_cr: greenFromCr,
            blue_cb: blueFromCb)
    }
}

/// Rows of pixels in memory: what every loop reads.
package struct PixelRows: Sendable {
    /// Bytes from one row to the next.
    package let stride: Int
    /// Pixels.
    package let width: Int
    /// Rows.
    package let height: Int

    package init(stride: Int, width: Int, height: Int) {
        precondition(
            stride > 0 && width > 0 && height > 0 && stride <= 1 << 24 && width <= 1 << 20 && height <= 1 << 20)
        self.stride = stride
        self.width = width
        self.height = height
    }

    fileprivate func check(bytes: Int, aPixel: Int, rows: Int) {
        precondition(width * aPixel <= stride && stride * (rows - 1) + width * aPixel <= bytes)
    }
}

/// Which byte of a packed 4:2:2 pair comes first.
package enum PackedOrder: Sendable {
    case lumaFirst
    case chromaFirst
}

// The loops are C because a debug build's span loops take seconds for a picture. Each checks its memory first: a wrong
// size is a fault of this program and stops it.

/// Packed 4:2:2 to interleaved RGB, chroma by replication. The width is even.
package func rgb(
    packed input: Span<UInt8>, _ rows: PixelRows, order: PackedOrder, weights: YCbCrWeights,
    into output: inout MutableSpan<UInt8>
) {
    rows.check(bytes: input.count, aPixel: 2, rows: rows.height)
    precondition(rows.width % 2 == 0 && output.count == rows.width * rows.height * 3)
    let lumaAt: CInt =
        switch order {
        case .lumaFirst: 0
        case .chromaFirst: 1
        }
    unsafe input.withUnsafeBufferPointer { input in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_pixels_packed422(
                input.baseAddress, rows.stride, rows.width, rows.height, lumaAt, weights.weights, output.baseAddress)
        }
    }
}

/// NV12 to interleaved RGB, chroma by replication. Width and height are even.
package func rgb(
    nv12 input: Span<UInt8>, _ rows: PixelRows, weights: YCbCrWeights, into output: inout MutableSpan<UInt8>
) {
    rows.check(bytes: input.count, aPixel: 1, rows: rows.height + rows.height / 2)
    precondition(rows.width % 2 == 0 && rows.height % 2 == 0 && output.count == rows.width * rows.height * 3)
    unsafe input.withUnsafeBufferPointer { input in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_pixels_nv12(
                input.baseAddress, rows.stride, rows.width, rows.height, weights.weights, output.baseAddress)
        }
    }
}

/// BGR to RGB.
package func rgb(bgr input: Span<UInt8>, _ rows: PixelRows, into output: inout MutableSpan<UInt8>) {
    rows.check(bytes: input.count, aPixel: 3, rows: rows.height)
    precondition(output.count == rows.width * rows.height * 3)
    unsafe input.withUnsafeBufferPointer { input in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_pixels_bgr(
                input.baseAddress, rows.stride, rows.width, rows.height, output.baseAddress)
        }
    }
}

/// Rows of `bytesAPixel` bytes a pixel without their padding.
package func copyRows(
    _ input: Span<UInt8>, _ rows: PixelRows, bytesAPixel: Int, into output: inout MutableSpan<UInt8>
) {
    rows.check(bytes: input.count, aPixel: bytesAPixel, rows: rows.height)
    precondition(output.count == rows.width * rows.height * bytesAPixel)
    unsafe input.withUnsafeBufferPointer { input in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_pixels_rows(
                input.baseAddress, rows.stride, rows.width * bytesAPixel, rows.height, output.baseAddress)
        }
    }
}

/// Rows of 16-bit little-endian samples without their padding.
///
/// - Parameter bits: 8 to 16; the higher ones must be clear.
/// - Returns: false when a sample has a higher bit set.
package func copyRows16(
    _ input: Span<UInt8>, _ rows: PixelRows, bits: Int, into output: inout MutableSpan<UInt8>
) -> Bool {
    rows.check(bytes: input.count, aPixel: 2, rows: rows.height)
    precondition((8...16).contains(bits) && output.count == rows.width * rows.height * 2)
    return unsafe input.withUnsafeBufferPointer { input in
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe obscura_pixels_rows16(
                input.baseAddress, rows.stride, rows.width, rows.height, UInt16((1 << bits) - 1), output.baseAddress)
        }
    } == 1
}

/// Overwrites `count` bytes in each of `height` rows with `even` and `odd` in turn; `first` is the first byte's place.
package func fill(
    _ bytes: inout MutableSpan<UInt8>, first: Int, stride: Int, count: Int, height: Int, even: UInt8, odd: UInt8
) {
    precondition(first >= 0 && count > 0 && height > 0 && count <= stride && stride <= 1 << 24 && height <= 1 << 20)
    precondition(first + stride * (height - 1) + count <= bytes.count)
    unsafe bytes.withUnsafeMutableBufferPointer { bytes in
        if let base = bytes.baseAddress {
            unsafe obscura_pixels_fill(base + first, stride, count, height, even, odd)
        }
    }
}
