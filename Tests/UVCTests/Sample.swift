import DeviceDescriptors

@testable import UVC

/// The descriptors of a video camera, as a node of usbfs gives them.
struct Sample {
    var method: UInt8 = 2
    var stillEndpoint: UInt8 = 0
    var isIsochronous = false
    /// bcdUVC.
    var version: UInt16 = 0x0100
    /// A format of frames that nobody here reads stands before MJPEG, with a still of its own.
    var hasFrameBased = false
    var sizes: [(UInt16, UInt16)] = [(640, 480), (2592, 1944)]

    var bytes: [UInt8] {
        let body = Self.control(version) + streaming
        let device: [UInt8] = [18, 1, 0, 2, 0xEF, 2, 1, 64, 0x09, 0x12, 1, 0, 0, 1, 1, 2, 3, 1]
        let head: [UInt8] = [9, 2] + Self.pair(UInt16(9 + body.count)) + [2, 1, 0, 0x80, 250]
        return device + head + body
    }

    static func pair(_ value: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }

    private static func control(_ version: UInt16) -> [UInt8] {
        let header: [UInt8] = [13, 0x24, 1] + pair(version) + [13, 0, 0, 0, 0, 0, 1, 1]
        return [8, 11, 0, 2, 14, 3, 0, 2, 9, 4, 0, 0, 1, 14, 1, 0, 0] + header + [
            7, 5, 0x83, 3, 16, 0, 8, 5, 0x25, 3, 16, 0,
        ]
    }

    private var still: [UInt8] {
        [UInt8(6 + 4 * sizes.count + 1), 0x24, 3, stillEndpoint, UInt8(sizes.count)]
            + sizes.flatMap { Self.pair($0.0) + Self.pair($0.1) } + [1, 5]
    }

    private var streaming: [UInt8] {
        // 1280 x 720 as frame 1, 640 x 480 as frame 2, which is the default.
        let format: [UInt8] = [11, 0x24, 6, hasFrameBased ? 2 : 1, 2, 1, 2, 0, 0, 0, 0]
        let frames = Self.frame(1, 1280, 720) + Self.frame(2, 640, 480)
        let other: [UInt8] =
            hasFrameBased ? [28, 0x24, 16, 1, 0] + [UInt8](repeating: 0, count: 23) + still : []
        let header: [UInt8] = [14, 0x24, 1, 1, 0, 0, 0x81, 0, 2, method, 0, 0, 1, 0]
        let classes = header + other + format + frames + still + [6, 0x24, 13, 1, 1, 4]
        let own: [UInt8] = stillEndpoint == 0 ? [] : [7, 5, stillEndpoint, 2, 0, 2, 0]
        let count = UInt8(stillEndpoint == 0 ? 0 : 1)
        guard isIsochronous else {
            return [9, 4, 1, 0, 1 + count, 14, 2, 0, 0] + classes + [7, 5, 0x81, 2, 0, 2, 0] + own
        }
        return [9, 4, 1, 0, count, 14, 2, 0, 0] + classes + own
            + [9, 4, 1, 1, 1 + count, 14, 2, 0, 0, 7, 5, 0x81, 5, 0, 4, 1] + own
            + [9, 4, 1, 2, 1 + count, 14, 2, 0, 0, 7, 5, 0x81, 5, 0, 0x14, 1] + own
    }

    private static func frame(_ index: UInt8, _ width: UInt16, _ height: UInt16) -> [UInt8] {
        [30, 0x24, 7, index, 0] + pair(width) + pair(height) + [UInt8](repeating: 0, count: 12)
            + [0x15, 0x16, 0x05, 0, 1, 0x15, 0x16, 0x05, 0]
    }

    func still(_ wish: UVCStillWish) throws -> UVCStill {
        try UVCStill(wish, in: try USBDescriptors(parsing: bytes))
    }
}

extension UVCStillWish {
    static let large = UVCStillWish(method: .two, format: .mjpeg, width: 2592, height: 1944)
    static let own = UVCStillWish(method: .three, format: .mjpeg, width: 2592, height: 1944)
}
