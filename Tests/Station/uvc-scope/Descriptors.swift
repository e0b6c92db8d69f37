import USBIP

/// The standard and class descriptors of a UVC 1.0 camera with one MJPEG size.
enum Descriptors {
    static let vendor: UInt32 = 0x1209
    static let product: UInt32 = 0x0001
    /// bcdDevice of the model without stills; each way of stills is a model of its own, which profiles tell apart.
    static let release: UInt32 = 0x0100
    static let videoEndpoint: UInt8 = 0x81
    static let stillEndpoint: UInt8 = 0x82
    static let statusEndpoint: UInt8 = 0x83

    static func requests(name: String, serial: String, streaming: StreamingDescriptors) -> StandardRequests {
        var device: [UInt8] = [18, 1, 0x00, 0x02, 0xef, 0x02, 0x01, 64]
        let release = streaming.still.map { UInt32($0.method.number) << 8 } ?? release
        for value in [vendor, product, release] { device.append(littleEndian: value, bytes: 2) }
        let body = control + streaming.bytes
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
}
