/// How a camera gives a still picture beside its stream (UVC 1.5, 2.4.2.4).
package enum UVCStillMethod: UInt8, Sendable {
    /// The stream pauses for the still, which comes over the video endpoint.
    case two = 2
    /// The still comes over a bulk endpoint of its own.
    case three = 3
}

/// What the samples of a still are.
package enum UVCFormat: UInt8, Sendable, CaseIterable {
    case mjpeg = 1
    /// YUY2: two bytes a pixel.
    case yuy2 = 2

    /// The format's GUID (USB Device Class Definition for Video Devices: Uncompressed Payload 1.5, 2.2).
    static let yuy2GUID: [UInt8] = [
        0x59, 0x55, 0x59, 0x32, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71,
    ]
}

/// Which still is wanted, as a person says it.
package struct UVCStillWish: Equatable, Sendable {
    package let method: UVCStillMethod
    package let format: UVCFormat
    package let width: UInt16
    package let height: UInt16

    package init(method: UVCStillMethod, format: UVCFormat, width: UInt16, height: UInt16) {
        (self.method, self.format, self.width, self.height) = (method, format, width, height)
    }
}

extension UVCStillWish {
    /// How many of the bytes are the whole picture; nil where it is not whole.
    package func count(in bytes: Span<UInt8>) -> Int? {
        switch format {
        case .yuy2:
            return bytes.count == 2 * Int(width) * Int(height) ? bytes.count : nil
        case .mjpeg:
            // Start of image and the marker behind it, then the last end of image (ISO 10918-1, B.1.1.3): some cameras
            // fill the last packet.
            guard bytes.count > 4, bytes[0] == 0xFF, bytes[1] == 0xD8, bytes[2] == 0xFF else { return nil }
            for end in stride(from: bytes.count, to: max(4, bytes.count - Self.mostFilling), by: -1)
            where bytes[end - 2] == 0xFF && bytes[end - 1] == 0xD9 { return end }
            return nil
        }
    }

    /// Bytes behind the end of image at most: a microframe.
    private static var mostFilling: Int { 3072 }
}
