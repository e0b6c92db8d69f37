import PodCore

/// What the device says of itself (USB 2.0, 9.6).
enum Descriptors {
    /// A **placeholder** out of the numbers for open hardware, until the pod has one of its own.
    static let vendor: UInt16 = 0x1209
    static let product: UInt16 = 0x0B0B
    /// bRequest of Microsoft's own descriptors.
    static let vendorCode: UInt8 = 0x20
    /// Milliamperes from the bus: the logic alone. Lights and camera have a supply of their own.
    private static let current: UInt8 = 100
    /// English (United States).
    private static let language: UInt16 = 0x0409
    private static let manufacturer: [7 of UInt8] = [0x4F, 0x62, 0x73, 0x63, 0x75, 0x72, 0x61]
    private static let name: [11 of UInt8] = [0x43, 0x61, 0x70, 0x74, 0x75, 0x72, 0x65, 0x20, 0x50, 0x6F, 0x64]

    /// - Parameter serial: the chip's own number.
    static func append(_ setup: USBSetup, serial: UInt64, to data: inout ControlData) throws(RequestError) {
        switch (setup.value >> 8, UInt8(truncatingIfNeeded: setup.value)) {
        case (1, 0): device(&data)
        case (2, 0): configuration(&data)
        case (3, let number): try string(number, language: setup.index, serial, &data)
        case (15, 0): objects(&data)
        default: throw RequestError()
        }
    }

    /// USB 2.1, because the binary objects below came with it.
    private static func device(_ data: inout ControlData) {
        data.append([18, 1, 0x10, 0x02, 0, 0, 0, UInt8(USBPacket.capacity)])
        data.append(vendor)
        data.append(product)
        data.append(UInt16(PodVersion.major) << 8 | UInt16(PodVersion.minor << 4 | PodVersion.patch))
        data.append([1, 2, 3, 1])
    }

    /// One interface of a class of its own, so that no kernel driver takes it, with three endpoints.
    private static func configuration(_ data: inout ControlData) {
        data.append([9, 2, 39, 0, 1, 1, 0, 0x80, current / 2])
        data.append([9, 4, 0, 0, 3, 0xFF, 0x0B, 0x01, 0])
        data.append([7, 5, USBEndpoint.requests.rawValue, 2, 64, 0, 0])
        data.append([7, 5, USBEndpoint.replies.rawValue, 2, 64, 0, 0])
        data.append([7, 5, USBEndpoint.events.rawValue, 3, 32, 0, 1])
    }

    private static func string(
        _ number: UInt8, language wanted: UInt16, _ serial: UInt64, _ data: inout ControlData
    ) throws(RequestError) {
        guard number == 0 || wanted == language else { throw RequestError() }
        switch number {
        case 0:
            data.append([4, 3])
            data.append(language)
        case 1:
            data.append([16, 3])
            data.append(text: manufacturer)
        case 2:
            data.append([24, 3])
            data.append(text: name)
        case 3:
            data.append([34, 3])
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: serial >> (60 - 4 * UInt64(place))) & 15
                data.append(UInt16(digit < 10 ? 0x30 + digit : 0x41 - 10 + digit))
            }
        default: throw RequestError()
        }
    }

    /// Binary objects (USB 3.2, 9.6.2): no link power management, and where Microsoft's descriptors are.
    private static func objects(_ data: inout ControlData) {
        data.append([5, 15, 40, 0, 2])
        data.append([7, 16, 2, 0, 0, 0, 0])
        data.append([28, 16, 5, 0])
        // MS_OS_20_Platform_Capability_ID, D8DD60DF-4589-4CC7-9CD2-659D9E648A9F.
        data.append([0xDF, 0x60, 0xDD, 0xD8, 0x89, 0x45, 0xC7, 0x4C])
        data.append([0x9C, 0xD2, 0x65, 0x9D, 0x9E, 0x64, 0x8A, 0x9F])
        data.append([0, 0, 3, 6, microsoftLength, 0, vendorCode, 0])
    }

    private static let microsoftLength: UInt8 = 162
    /// "WINUSB", filled up to eight.
    private static let driver: [8 of UInt8] = [0x57, 0x49, 0x4E, 0x55, 0x53, 0x42, 0, 0]
    /// "DeviceInterfaceGUIDs".
    private static let property: [21 of UInt8] = [
        0x44, 0x65, 0x76, 0x69, 0x63, 0x65, 0x49, 0x6E, 0x74, 0x65, 0x72, 0x66, 0x61, 0x63, 0x65, 0x47, 0x55, 0x49,
        0x44,
        0x73, 0,
    ]
    /// "{5E3B1D0A-6C52-4F0E-9B37-2A84C1D7F065}", one text of a list of texts.
    private static let interface: [40 of UInt8] = [
        0x7B, 0x35, 0x45, 0x33, 0x42, 0x31, 0x44, 0x30, 0x41, 0x2D, 0x36, 0x43, 0x35, 0x32, 0x2D, 0x34, 0x46, 0x30,
        0x45,
        0x2D, 0x39, 0x42, 0x33, 0x37, 0x2D, 0x32, 0x41, 0x38, 0x34, 0x43, 0x31, 0x44, 0x37, 0x46, 0x30, 0x36, 0x35,
        0x7D,
        0, 0,
    ]

    /// Microsoft OS 2.0 descriptors: Windows takes its own WinUSB for the device, and nobody installs anything.
    static func microsoft(_ data: inout ControlData) {
        data.append([10, 0, 0, 0, 0, 0, 3, 6, microsoftLength, 0])
        data.append([20, 0, 3, 0])
        data.append(driver)
        data.append([0, 0, 0, 0, 0, 0, 0, 0])
        data.append([132, 0, 4, 0, 7, 0, 42, 0])
        data.append(text: property)
        data.append([80, 0])
        data.append(text: interface)
    }
}
