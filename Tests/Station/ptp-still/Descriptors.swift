import USBIP

/// What the camera says of itself on the bus (USB 2.0, 9.6): one still image interface with its three pipes.
enum Descriptors {
    /// pid.codes, for tests.
    static let vendor: UInt32 = 0x1209
    static let product: UInt32 = 0x000b

    static func requests(_ identity: Identity) -> StandardRequests {
        var device: [UInt8] = [18, 1, 0x00, 0x02, 0, 0, 0, 64]
        device.append(littleEndian: vendor, bytes: 2)
        device.append(littleEndian: product, bytes: 2)
        device += [0x00, 0x01, 1, 2, 3, 1]
        var configuration: [UInt8] = [9, 2, 0, 0, 1, 1, 0, 0xc0, 1]
        // Still image capture, picture transfer: class 6, subclass 1, protocol 1.
        configuration += [9, 4, 0, 0, 3, 6, 1, 1, 0]
        for (endpoint, kind, packet, interval) in [
            (0x81, 2, Still.packet, 0), (0x02, 2, Still.packet, 0), (0x83, 3, 28, 6),
        ] {
            configuration += [7, 5, UInt8(endpoint), UInt8(kind)]
            configuration.append(littleEndian: UInt32(packet), bytes: 2)
            configuration.append(UInt8(interval))
        }
        configuration[2] = UInt8(configuration.count)
        return StandardRequests(
            device: device, configuration: configuration,
            texts: [identity.manufacturer, identity.model, identity.serial])
    }
}
