import PixelLoops

package typealias PixelRectangle = PixelLoops.PixelRectangle

/// Pixels are not what the driver promised.
package enum PixelError: Error, Equatable {
    /// MJPG has no rows; it goes to the JPEG driver.
    case compressed
    /// Pixels, outside 1 to 16384 each way, or odd where chroma is shared by two.
    case dimensions(width: Int, height: Int)
    /// Bytes a line: fewer than the pixels need, or absurdly many.
    case bytesPerLine(Int)
    /// The frame has fewer bytes than its rows need.
    case short(Int, expected: Int)
    /// The caller's memory must have exactly this many bytes.
    case outputSize(Int)
    /// A 10-bit or 12-bit sample has a higher bit set.
    case bitsAbove(Int)
    /// A rectangle does not lie in the picture.
    case rectangle(PixelRectangle)
}

/// The formats of V4L2 that Obscura takes.
package enum PixelFormat: String, Sendable, CaseIterable {
    case mjpg = "MJPG"
    case yuyv = "YUYV"
    case uyvy = "UYVY"
    case nv12 = "NV12"
    case grey = "GREY"
    case y10 = "Y10 "
    case y12 = "Y12 "
    case y16 = "Y16 "
    case rgb24 = "RGB3"
    case bgr24 = "BGR3"

    /// V4L2's four-character code: the first character in the lowest byte.
    package var fourCC: UInt32 {
        rawValue.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    package init?(fourCC: UInt32) {
        guard let format = Self.allCases.first(where: { $0.fourCC == fourCC }) else { return nil }
        self = format
    }

    /// What a picture in this format becomes in DICOM; nil for MJPG, which stays as it is.
    package var samples: SampleKind? {
        switch self {
        case .mjpg: nil
        case .yuyv, .uyvy, .nv12, .rgb24, .bgr24: .rgb
        case .grey: .monochrome(bits: 8)
        case .y10: .monochrome(bits: 10)
        case .y12: .monochrome(bits: 12)
        case .y16: .monochrome(bits: 16)
        }
    }

    /// Bytes of a pixel in the first plane.
    var bytesAPixel: Int {
        switch self {
        case .mjpg, .grey, .nv12: 1
        case .yuyv, .uyvy, .y10, .y12, .y16: 2
        case .rgb24, .bgr24: 3
        }
    }
}

/// Samples without padding between rows: what JPEG-LS and DICOM get.
package enum SampleKind: Sendable, Equatable {
    /// R, G, B interleaved, 8 bits each.
    case rgb
    /// One sample a pixel (MONOCHROME2): a byte for 8 bits, two little-endian bytes for 9 to 16.
    case monochrome(bits: Int)

    package var components: Int {
        switch self {
        case .rgb: 3
        case .monochrome: 1
        }
    }

    /// Bits Stored.
    package var bits: Int {
        switch self {
        case .rgb: 8
        case .monochrome(let bits): bits
        }
    }

    /// Bytes of a pixel.
    package var bytesAPixel: Int { components * (bits > 8 ? 2 : 1) }
}

/// Width, height and row length of a raw frame as the driver reports them, checked.
package struct FrameShape: Sendable, Equatable {
    package let format: PixelFormat
    /// Pixels.
    package let width: Int
    /// Pixels.
    package let height: Int
    /// Bytes from one row to the next.
    package let bytesPerLine: Int
    /// What the picture becomes.
    package let samples: SampleKind

    /// - Parameter bytesPerLine: as the driver reports it; for NV12 of the luma plane.
    package init(_ format: PixelFormat, width: Int, height: Int, bytesPerLine: Int) throws(PixelError) {
        guard let samples = format.samples else { throw .compressed }
        guard (1...16384).contains(width), (1...16384).contains(height), width * height <= 1 << 26
        else { throw .dimensions(width: width, height: height) }
        switch format {
        case .yuyv, .uyvy: guard width % 2 == 0 else { throw .dimensions(width: width, height: height) }
        case .nv12:
            guard width % 2 == 0, height % 2 == 0 else { throw .dimensions(width: width, height: height) }
        case .mjpg, .grey, .y10, .y12, .y16, .rgb24, .bgr24: break
        }
        guard (width * format.bytesAPixel...1 << 18).contains(bytesPerLine) else { throw .bytesPerLine(bytesPerLine) }
        self.format = format
        self.width = width
        self.height = height
        self.bytesPerLine = bytesPerLine
        self.samples = samples
    }

    /// Bytes a frame must have at least.
    package var byteCount: Int {
        switch format {
        case .nv12: bytesPerLine * (height + height / 2)
        case .mjpg, .yuyv, .uyvy, .grey, .y10, .y12, .y16, .rgb24, .bgr24: bytesPerLine * height
        }
    }

    /// Bytes of the converted picture.
    package var convertedCount: Int { width * height * samples.bytesAPixel }

    var rows: PixelRows { PixelRows(stride: bytesPerLine, width: width, height: height) }

    func check(_ count: Int) throws(PixelError) {
        guard count >= byteCount else { throw .short(count, expected: byteCount) }
    }
}
