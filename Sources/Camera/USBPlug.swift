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
    /// Whether it is a node of the same camera in the same place.
    func isSame(as other: V4L2Device) -> Bool {
        (driver, card, bus, serial) == (other.driver, other.card, other.bus, other.serial)
            && (usb, release) == (other.usb, other.release)
    }
}

/// Nodes of cameras that are about to come.
package enum CameraNodes {
    /// Nanoseconds that a camera may take to start and to be known to the kernel, and udev to give its nodes to their group.
    package static let patience: Int64 = 10_000_000_000
    /// Nanoseconds without news after which no further node of a camera is expected: they come one by one.
    private static let calm: Int64 = 300_000_000

    /// Waits until the nodes that are meant are there. Those that do not come are found missing by whoever wants them next.
    ///
    /// - Parameters:
    ///   - deadline: nanoseconds of CLOCK_MONOTONIC.
    ///   - start: since when they may come, likewise; nil where none of them has to.
    ///   - cancelled: asked every 50 ms; true ends the wait.
    ///   - areThere: asked at each news of a node and four times a second, since nothing tells of a still camera's.
    package static func wait(
        until deadline: Int64, since start: Int64? = nil, _ cancelled: () -> Bool, _ areThere: () -> Bool
    ) {
        guard let news = try? Inotify(), (try? news.watch("/dev", for: [.created, .attributes])) != nil else { return }
        // What is there long after it could come has come.
        if start.map({ Clock.monotonic() - $0 >= 2 * calm }) ?? true, areThere() { return }
        var (lastNews, nextLook) = (Clock.monotonic(), Int64.min)
        while !cancelled() {
            let now = Clock.monotonic()
            if now >= deadline { return }
            if now >= nextLook {
                if areThere() {
                    if now - lastNews >= calm { return }
                } else {
                    lastNews = now
                }
                nextLook = now + 250_000_000
            }
            guard let ready = try? poll([(news.descriptor.number, .readable)], milliseconds: 50) else { return }
            if !ready[0].isEmpty {
                _ = try? news.events()
                (lastNews, nextLook) = (Clock.monotonic(), .min)
            }
        }
    }
}
