import USBIP

/// The standard and class descriptors of a UVC 1.0 camera with one MJPEG size and one bulk endpoint.
enum Descriptors {
    static let vendor: UInt32 = 0x1209
    static let product: UInt32 = 0x0001
    static let release: UInt32 = 0x0100
    static let bulkEndpoint: UInt8 = 0x81
    static let statusEndpoint: UInt8 = 0x83

    /// - Parameter interval: time from frame to frame in units of 100 ns.
    static func requests(name: String, serial: String, size: PictureSize, interval: UInt32) -> StandardRequests {
        var device: [UInt8] = [18, 1, 0x00, 0x02, 0xef, 0x02, 0x01, 64]
        for value in [vendor, product, release] { device.append(littleEndian: value, bytes: 2) }
        let body = control + streaming(size: size, interval: interval)
        var head: [UInt8] = [9, 2]
        head.append(littleEndian: UInt32(9 + body.count), bytes: 2)
        return StandardRequests(
            device: device + [1, 2, 3, 1], configuration: head + [2, 1, 0, 0x80, 250] + body,
            texts: ["Obscura station rig", name, serial])
    }

    /// Interface association and the VideoControl interface: camera terminal 1 feeds output terminal 2.
    private static var control: [UInt8] {
        let association: [UInt8] = [8, 11, 0, 2, 14, 3, 0, 2]
        let interface: [UInt8] = [9, 4, 0, 0, 1, 14, 1, 0, 0]
        let camera: [UInt8] = [18, 0x24, 2, 1, 0x01, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]
        let output: [UInt8] = [9, 0x24, 3, 2, 0x01, 0x01, 0, 1, 0]
        var header: [UInt8] = [13, 0x24, 1, 0x00, 0x01]
        header.append(littleEndian: UInt32(13 + camera.count + output.count), bytes: 2)
        header.append(littleEndian: 48_000_000, bytes: 4)
        header += [1, 1]
        let status: [UInt8] = [7, 5, statusEndpoint, 3, 16, 0, 8]
        let classStatus: [UInt8] = [5, 0x25, 3, 16, 0]
        return association + interface + header + camera + output + status + classStatus
    }

    /// The VideoStreaming interface. Its only alternate setting has the bulk endpoint: that tells the host it is bulk.
    private static func streaming(size: PictureSize, interval: UInt32) -> [UInt8] {
        let interface: [UInt8] = [9, 4, 1, 0, 1, 14, 2, 0, 0]
        let format: [UInt8] = [11, 0x24, 6, 1, 1, 1, 1, 0, 0, 0, 0]
        var frame: [UInt8] = [30, 0x24, 7, 1, 0]
        frame.append(littleEndian: UInt32(size.width), bytes: 2)
        frame.append(littleEndian: UInt32(size.height), bytes: 2)
        let rate = UInt64(size.frameBytes) * 8 * 10_000_000 / UInt64(interval)
        for _ in 0..<2 { frame.append(littleEndian: UInt32(clamping: rate), bytes: 4) }
        frame.append(littleEndian: UInt32(size.frameBytes), bytes: 4)
        frame.append(littleEndian: interval, bytes: 4)
        frame.append(1)
        frame.append(littleEndian: interval, bytes: 4)
        // BT.709 primaries, transfer and SMPTE 170M matrix: what JPEG means (UVC 1.0, 3.9.2.6).
        let colour: [UInt8] = [6, 0x24, 13, 1, 1, 4]
        var header: [UInt8] = [14, 0x24, 1, 1]
        header.append(littleEndian: UInt32(14 + format.count + frame.count + colour.count), bytes: 2)
        // One button (trigger support) whose presses are events for the host; no still pipe; no controls a format.
        header += [bulkEndpoint, 0, 2, 0, 1, 1, 1, 0]
        let bulk: [UInt8] = [7, 5, bulkEndpoint, 2, 0, 2, 0]
        return interface + header + format + frame + colour + bulk
    }
}
