import CEvdev
import Glibc
import Linux

/// Why an input device cannot be used.
package enum InputError: Error, Equatable, Sendable {
    case system(SystemCallError)
    /// Another device took the node's name meanwhile.
    case swapped
    /// The user may not open it: no udev rule gives it to this program.
    case denied

    fileprivate init(_ error: SystemCallError) {
        self = [EACCES, EPERM].contains(error.errno) ? .denied : .system(error)
    }
}

/// An input device of the kernel that this program alone hears: a pedal, a button, a keyboard.
package struct InputDevice: ~Copyable, Sendable {
    package let descriptor: Descriptor
    private var reports = KeyReports()

    /// Opens a node and grabs it; its events carry CLOCK_MONOTONIC.
    ///
    /// - Parameter port: where it must be plugged in: names of nodes are given anew when a device comes back.
    package init(path: String, port: String) throws(InputError) {
        let opened: Descriptor
        do { opened = Descriptor(owning: try check("open") { unsafe obscura_input_open(path) }) } catch {
            throw InputError(error)
        }
        guard try Self.prepare(opened, port) else { throw .swapped }
        descriptor = opened
    }

    /// Grabs the device, when it is the one at this port.
    private static func prepare(_ device: borrowing Descriptor, _ port: String) throws(InputError) -> Bool {
        let number = device.number
        do {
            guard try Self.port(of: device) == port else { return false }
            try check("EVIOCSCLOCKID") { obscura_input_use_monotonic(number) }
            try check("EVIOCGRAB") { obscura_input_grab(number) }
            return true
        } catch { throw InputError(error) }
    }

    /// The edges that have come; does not wait.
    ///
    /// - Throws: ENODEV when it was unplugged.
    package mutating func edges() throws(SystemCallError) -> [KeyEdge] {
        var edges: [KeyEdge] = []
        while true {
            do throws(SystemCallError) {
                guard let bytes = try readSome(64 * KeyReports.eventBytes, from: descriptor) else {
                    throw SystemCallError(call: "read", errno: ENODEV)
                }
                edges += reports.read(bytes)
            } catch {
                if error.errno == EAGAIN { return edges }
                throw error
            }
        }
    }

    /// How often the kernel had dropped events.
    package var losses: Int { reports.losses }

    private static func port(of device: borrowing Descriptor) throws(SystemCallError) -> String {
        var text = [CChar](repeating: 0, count: 128)
        let capacity = text.count
        try check("EVIOCGPHYS") { unsafe obscura_input_port(device.number, &text, capacity) }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// An event device of this machine, as sysfs tells of it; it was not opened.
package struct InputNode: Sendable, Equatable {
    /// The device file.
    package let path: String
    /// Where it is plugged in, as in `usb-0000:00:14.0-2/input0`; text of the kernel, compared and never shown.
    package let port: String

    /// Every event device that lies at this port, or at one of its interfaces.
    package static func all(at port: String) -> [InputNode] {
        guard let folder = try? Folder(path: "/sys/class/input"), let names = try? folder.names() else { return [] }
        return names.filter { $0.hasPrefix("event") }.sorted().compactMap { name in
            guard let file = try? openForReading("/sys/class/input/\(name)/device/phys"),
                let bytes = try? readAll(from: file, bound: 4096)
            else { return nil }
            let found = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            guard found == port || found.hasPrefix("\(port)/") else { return nil }
            return InputNode(path: "/dev/input/\(name)", port: found)
        }
    }
}
