import Linux
import StillLink
import V4L2

/// Still cameras on the USB buses, by what the kernel knows of them: none is opened, and its node belongs to another user.
package enum StillDevices {
    /// What stands for the driver's name of such a device: the protocol that it speaks.
    package static let driver = "ptp"
    /// More interfaces than these are not looked at.
    private static let most = 512

    /// Every device with a still image interface for picture transfer (USB Still Image Capture Device Definition 1.0, 4).
    ///
    /// - Parameter root: the kernel's folder of USB devices.
    package static func all(in root: String = "/sys/bus/usb/devices") -> [V4L2Device] {
        guard let folder = try? Folder(path: root), let names = try? folder.names() else { return [] }
        var devices: [String: V4L2Device] = [:]
        for name in names.sorted().prefix(most) {
            let parts = name.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, devices[String(parts[0])] == nil else { continue }
            let interface = ["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"].map {
                deviceAttribute("\(root)/\(name)/\($0)")
            }
            guard interface == ["06", "01", "01"] else { continue }
            devices[String(parts[0])] = describe("\(root)/\(parts[0])", in: root)
        }
        return devices.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func describe(_ device: String, in root: String) -> V4L2Device? {
        guard let bus = UInt8(deviceAttribute("\(device)/busnum")),
            let number = UInt8(deviceAttribute("\(device)/devnum"))
        else {
            return nil
        }
        // The serial number of a root hub is its controller's name: the same place as V4L2 has it.
        let port = "usb-\(deviceAttribute("\(root)/usb\(bus)/serial"))-\(deviceAttribute("\(device)/devpath"))"
        return V4L2Device(
            path: "/dev/bus/usb/\(three(bus))/\(three(number))", driver: driver,
            card: deviceAttribute("\(device)/product"),
            bus: port, serial: deviceAttribute("\(device)/serial"),
            usb: USBID(parsing: "\(deviceAttribute("\(device)/idVendor")):\(deviceAttribute("\(device)/idProduct"))"),
            release: UInt16(usbHex: deviceAttribute("\(device)/bcdDevice")))
    }

    private static func three(_ number: UInt8) -> String { String(String(Int(number) + 1000).dropFirst()) }
}

extension V4L2Device {
    /// Whether it is a still camera's USB node and no video node.
    package var isStill: Bool { driver == StillDevices.driver }

    /// Bus and number of a USB node; nil for every other device.
    var place: (bus: UInt8, number: UInt8)? {
        let parts = path.split(separator: "/")
        guard parts.count == 5, parts.prefix(3) == ["dev", "bus", "usb"], let bus = UInt8(parts[3]),
            let number = UInt8(parts[4])
        else { return nil }
        return (bus, number)
    }
}

extension CameraProfile.Source {
    /// Whether a person meant this device; replayed pictures have none.
    package func fits(_ device: V4L2Device) -> Bool {
        switch self {
        case .v4l2(let name): !device.isStill && device.matches(name)
        case .still(let name): device.isStill && device.matches(name)
        case .replay: false
        }
    }
}

extension CameraProfile {
    /// The same use, with what the camera says of itself where nobody said it for it.
    func named(by name: StillName) -> CameraProfile {
        guard instrument.manufacturer == Instrument.unknown else { return self }
        func text(_ bytes: [UInt8]) -> String { DeviceText(cleaning: bytes).description }
        return CameraProfile(
            name: self.name, source: source, modalities: modalities, face: face, streams: streams, locks: locks,
            instrument: Instrument(
                manufacturer: text(name.manufacturer), model: text(name.model),
                serial: instrument.serial.isEmpty ? text(name.serial) : instrument.serial,
                polarized: instrument.polarized, contact: instrument.contact,
                magnificationTenths: instrument.magnificationTenths),
            model: model, depth: depth, still: still)
    }
}
