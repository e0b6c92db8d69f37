import Linux
import V4L2

/// One plugging in of a USB device: its bus, and its number there, which rises.
struct USBPlug: Equatable {
    private static let root = "/sys/bus/usb/devices"
    /// More devices are not looked at.
    private static let most = 1024

    let bus: UInt8
    let number: UInt8

    /// - Throws: `absent`.
    init(of device: V4L2Device) throws(CameraError) {
        let name = device.path.split(separator: "/").last ?? ""
        guard let plug = USBPlug(folder: "/sys/class/video4linux/\(name)/device/..") else {
            throw .driver(.absent(device.path))
        }
        self = plug
    }

    private init?(folder: String) {
        guard let bus = UInt8(deviceAttribute("\(folder)/busnum")),
            let number = UInt8(deviceAttribute("\(folder)/devnum"))
        else { return nil }
        (self.bus, self.number) = (bus, number)
    }

    /// Whether it was not unplugged since.
    var isThere: Bool {
        let names = (try? Folder(path: Self.root).names()) ?? []
        return names.prefix(Self.most).contains { USBPlug(folder: "\(Self.root)/\($0)") == self }
    }
}

extension V4L2Device {
    /// Milliseconds that a node may take to come back, and udev to give it to its group.
    private static let patience: Int64 = 10_000

    /// Whether it is a node of the same camera in the same place.
    func isSame(as other: V4L2Device) -> Bool {
        (driver, card, bus, serial) == (other.driver, other.card, other.bus, other.serial)
            && (usb, release) == (other.usb, other.release)
    }

    /// Waits until its node has come back. One that does not is found missing by whoever wants it next.
    func wait(_ cancelled: @Sendable () -> Bool, until isBack: () -> Bool) {
        guard let news = try? Inotify(), (try? news.watch("/dev", for: [.created, .attributes])) != nil else { return }
        let deadline = Clock.monotonic() + Self.patience * 1_000_000
        while !isBack(), !cancelled(), Clock.monotonic() < deadline {
            guard let ready = try? poll([(news.descriptor.number, .readable)], milliseconds: 50) else { return }
            if !ready[0].isEmpty { _ = try? news.events() }
        }
    }
}
