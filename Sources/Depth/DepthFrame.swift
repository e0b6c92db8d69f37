import LockedMemory
import Pixels

/// Width, height and row length of a Z16 stream (V4L2: 16 bits a pixel, little-endian, 0 for not measured), checked.
package struct DepthShape: Sendable, Equatable {
    /// Pixels.
    package let width: Int
    /// Pixels.
    package let height: Int
    /// Bytes from one row to the next.
    package let bytesPerLine: Int

    package init(width: Int, height: Int, bytesPerLine: Int) throws(DepthFault) {
        guard (1...4096).contains(width), (1...4096).contains(height), (2 * width...1 << 18).contains(bytesPerLine)
        else { throw .shape(width: width, height: height, bytesPerLine: bytesPerLine) }
        self.width = width
        self.height = height
        self.bytesPerLine = bytesPerLine
    }

    /// Bytes a frame must have at least.
    package var byteCount: Int { bytesPerLine * height }
}

/// A depth frame as it was measured, in locked memory: whoever it shows can be recognised by the shape of the head. It
/// can be masked, or kept under a grant for geometry, and no more.
package struct DepthFrame: ~Copyable, Sendable {
    package let shape: DepthShape
    /// The driver's timestamp: nanoseconds of CLOCK_MONOTONIC.
    package let takenAt: Int64
    let bytes: LockedBytes

    /// Refuses a frame in which nearly nothing was measured: a mask on it would prove nothing.
    package init(_ shape: DepthShape, takenAt: Int64, _ bytes: consuming LockedBytes) throws(DepthFault) {
        guard bytes.count >= shape.byteCount else { throw .short(bytes.count, expected: shape.byteCount) }
        try checkContent(of: bytes.span, shape.width, shape.height, shape.bytesPerLine, bytesAPixel: 2, least: 1)
        self.shape = shape
        self.takenAt = takenAt
        self.bytes = bytes
    }

    consuming func takeBytes() -> LockedBytes { bytes }
}

/// An infrared frame of the depth camera, pixel for pixel where depth is, in locked memory. It can be masked and no more.
package struct InfraredFrame: ~Copyable, Sendable {
    /// GREY, Y10, Y12 or Y16.
    package let shape: FrameShape
    /// The driver's timestamp: nanoseconds of CLOCK_MONOTONIC.
    package let takenAt: Int64
    let bytes: LockedBytes

    /// Refuses a frame of the dark: one in twenty pixels must reach a sixteenth of the scale.
    package init(_ shape: FrameShape, takenAt: Int64, _ bytes: consuming LockedBytes) throws(DepthFault) {
        switch shape.format {
        case .grey, .y10, .y12, .y16: break
        case .mjpg, .yuyv, .uyvy, .nv12, .rgb24, .bgr24: throw .format
        }
        guard bytes.count >= shape.byteCount else { throw .short(bytes.count, expected: shape.byteCount) }
        try checkContent(
            of: bytes.span, shape.width, shape.height, shape.bytesPerLine, bytesAPixel: shape.samples.bytesAPixel,
            least: 1 << (shape.samples.bits - 4))
        self.shape = shape
        self.takenAt = takenAt
        self.bytes = bytes
    }
}

/// A depth frame in which everything that may lie under the colour picture's mask is zero. Only `DepthMask` makes one.
package struct MaskedDepth: ~Copyable, Sendable {
    package let shape: DepthShape
    package let takenAt: Int64
    package let bytes: LockedBytes
    /// Pixels that were measured and are zero now.
    package let hidden: Int

    init(_ frame: borrowing DepthFrame, hidden: Int, _ bytes: consuming LockedBytes) {
        shape = frame.shape
        takenAt = frame.takenAt
        self.bytes = bytes
        self.hidden = hidden
    }
}

/// An infrared frame in which everything that may lie under the colour picture's mask, at whatever distance, is zero.
/// Only `DepthMask` makes one.
package struct MaskedInfrared: ~Copyable, Sendable {
    package let shape: FrameShape
    package let takenAt: Int64
    package let bytes: LockedBytes
    /// Pixels that were overwritten.
    package let hidden: Int

    init(_ frame: borrowing InfraredFrame, hidden: Int, _ bytes: consuming LockedBytes) {
        shape = frame.shape
        takenAt = frame.takenAt
        self.bytes = bytes
        self.hidden = hidden
    }
}

private func checkContent(
    of bytes: Span<UInt8>, _ width: Int, _ height: Int, _ stride: Int, bytesAPixel: Int, least: Int
) throws(DepthFault) {
    var found = 0
    for y in 0..<height {
        for x in 0..<width {
            let place = y * stride + x * bytesAPixel
            let value = Int(bytes[place]) | (bytesAPixel == 2 ? Int(bytes[place + 1]) << 8 : 0)
            if value >= least { found += 1 }
        }
    }
    let perMille = found * 1000 / (width * height)
    guard perMille >= DepthFault.leastPerMille else { throw .empty(perMille: perMille) }
}
