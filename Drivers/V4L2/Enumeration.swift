import CV4L2
import Linux

/// A video capture node of this machine, as listing sees it; nothing was asked for a frame. A still camera's USB node is listed
/// as one too, without being opened.
package struct V4L2Device: Sendable, Equatable {
    /// The device file.
    package let path: String
    /// The driver's name, as in `uvcvideo`; `ptp` for a still camera.
    package let driver: String
    /// The card's name, as in `Integrated Camera`.
    package let card: String
    /// Where it is plugged in, as in `usb-0000:00:14.0-1`.
    package let bus: String
    /// The USB serial number, empty where there is none.
    package let serial: String
    /// USB vendor and product; nil where it is not a USB device.
    package let usb: USBID?
    /// USB bcdDevice, the model's revision.
    package let release: UInt16?

    package init(
        path: String, driver: String, card: String, bus: String, serial: String, usb: USBID?, release: UInt16? = nil
    ) {
        (self.path, self.driver, self.card, self.bus) = (path, driver, card, bus)
        (self.serial, self.usb, self.release) = (serial, usb, release)
    }

    /// USB vendor and product as `vvvv:pppp`, empty where it is not a USB device.
    package var usbID: String { usb?.description ?? "" }

    /// Whether a person meant this device: by path, card, bus or serial, exactly.
    package func matches(_ text: String) -> Bool { [path, card, bus, serial].contains(text) && !text.isEmpty }
}

/// One picture size with its shortest frame interval.
package struct V4L2Mode: Sendable, Equatable {
    package let format: FourCC
    package let width: Int
    package let height: Int
    /// Seconds as a fraction; 0/0 where the driver does not tell.
    package let interval: V4L2Interval
    /// The driver takes sizes up to this one.
    package let stepwise: Bool
}

/// A time in seconds as a fraction.
package struct V4L2Interval: Sendable, Equatable {
    package let numerator: UInt32
    package let denominator: UInt32

    package init(_ numerator: UInt32, _ denominator: UInt32) {
        (self.numerator, self.denominator) = (numerator, denominator)
    }
}

package enum V4L2 {
    /// Every node that captures single-planar video by streaming, found by asking each, never by its name.
    package static func devices() -> [V4L2Device] {
        guard let folder = try? Folder(path: "/sys/class/video4linux"), let names = try? folder.names() else {
            return []
        }
        return names.sorted().compactMap { name in
            let path = "/dev/\(name)"
            guard let device = try? open(path), let found = try? capability(device), found.isCamera else { return nil }
            return describe(path, found)
        }
    }

    /// What an opened node is. While it is open its number is nobody else's, so what sysfs says is said of it.
    static func describe(_ path: String, _ found: Capability) -> V4L2Device {
        let usb = "/sys/class/video4linux/\(path.split(separator: "/").last ?? "")/device/.."
        func attribute(_ name: String) -> String { deviceAttribute("\(usb)/\(name)") }
        return V4L2Device(
            path: path, driver: found.driver, card: found.card, bus: found.bus, serial: attribute("serial"),
            usb: USBID(parsing: "\(attribute("idVendor")):\(attribute("idProduct"))"),
            release: UInt16(usbHex: attribute("bcdDevice")))
    }

    /// Opens a node and asks nothing of it. While it is open the driver listens to the camera's button.
    ///
    /// - Throws: `swapped` where the node is another device's by now.
    package static func hold(_ device: V4L2Device) throws(V4L2Error) -> Descriptor {
        let node = try open(device.path)
        guard describe(device.path, try capability(node)) == device else { throw .swapped }
        return node
    }

    /// Whether another program holds the device: it refuses to be told the format that it has already.
    ///
    /// - Precondition: this process does not stream from it.
    package static func isTaken(_ device: V4L2Device) -> Bool {
        guard let node = try? open(device.path) else { return false }
        do throws(SystemCallError) {
            try check("VIDIOC_S_FMT") { obscura_v4l2_keep_format(node.number) }
            return false
        } catch { return error.errno == Errno.busy }
    }

    /// The modes that a device lists, bounded at 512.
    package static func modes(of device: V4L2Device) throws(V4L2Error) -> [V4L2Mode] {
        try modes(of: try open(device.path))
    }

    static func modes(of device: borrowing Descriptor) throws(V4L2Error) -> [V4L2Mode] {
        var modes: [V4L2Mode] = []
        for format in formats(of: device) {
            for index in 0..<64 where modes.count < 512 {
                var (width, height, stepwise) = (UInt32(0), UInt32(0), CInt(0))
                guard
                    unsafe obscura_v4l2_size_at(device.number, format.value, UInt32(index), &width, &height, &stepwise)
                        == 0
                else { break }
                var (numerator, denominator) = (UInt32(0), UInt32(0))
                _ = unsafe obscura_v4l2_interval_at(
                    device.number, format.value, width, height, 0, &numerator, &denominator)
                modes.append(
                    V4L2Mode(
                        format: format, width: Int(width), height: Int(height),
                        interval: V4L2Interval(numerator, denominator), stepwise: stepwise != 0))
                if stepwise != 0 { break }
            }
        }
        return modes
    }

    static func formats(of device: borrowing Descriptor) -> [FourCC] {
        var formats: [FourCC] = []
        for index in 0..<UInt32(64) {
            var value = UInt32(0)
            guard unsafe obscura_v4l2_format_at(device.number, index, &value) == 0 else { break }
            formats.append(FourCC(value))
        }
        return formats
    }

    struct Capability {
        let driver: String
        let card: String
        let bus: String
        let isCamera: Bool
    }

    static func open(_ path: String) throws(V4L2Error) -> Descriptor {
        do {
            return Descriptor(owning: try check("open") { unsafe obscura_v4l2_open(path) })
        } catch {
            if error.errno == Errno.noEntry { throw .absent(path) }
            throw V4L2Error(error)
        }
    }

    static func capability(_ device: borrowing Descriptor) throws(V4L2Error) -> Capability {
        var found = obscura_v4l2_capability()
        do {
            try check("VIDIOC_QUERYCAP") { unsafe obscura_v4l2_capability(device.number, &found) }
        } catch { throw V4L2Error(error) }
        let wanted = UInt32(OBSCURA_V4L2_CAP_CAPTURE | OBSCURA_V4L2_CAP_STREAMING)
        return Capability(
            driver: text(of: found.driver), card: text(of: found.card), bus: text(of: found.bus),
            isCamera: found.device_caps & wanted == wanted)
    }

    /// The bytes of a C array before its first NUL, without anything that is not printable ASCII.
    static func text<Array>(of array: Array) -> String {
        unsafe withUnsafeBytes(of: array) { bytes in
            let printable = unsafe bytes.prefix { $0 != 0 }.map { (32...126).contains($0) ? $0 : UInt8(ascii: "?") }
            return String(decoding: printable, as: UTF8.self)
        }
    }
}
