import Linux
import USB

/// One socket of this machine, looked at while what is plugged in there restarts.
struct Socket: ~Copyable {
    let port: String
    private let hotplug: USBHotplug
    /// Nanoseconds in which a chip comes back and the kernel has read its descriptors.
    private static let patience: Int64 = 15_000_000_000

    init(_ port: String) throws(SystemCallError) {
        self.port = port
        hotplug = try USBHotplug()
    }

    /// Looks until there is something or the time is over; nil then.
    func await<Found>(_ look: () -> Found?) -> Found? {
        let end = Clock.monotonic() + Self.patience
        while true {
            if let found = look() { return found }
            guard Clock.monotonic() < end else { return nil }
            // The kernel tells of nodes and not of what sysfs says of them, so it is looked at ten times a second as well.
            if let ready = try? poll([(hotplug.descriptor, .readable)], milliseconds: 100), !ready[0].isEmpty {
                try? hotplug.takeNews()
            }
        }
    }
}
