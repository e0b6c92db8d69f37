import Linux

/// A USB device as sysfs shows it; nothing was asked of the device itself.
package struct USBListing: Equatable, Sendable {
    /// Where it is plugged in: bus, hub ports, as in `1-2.4`. The same socket has the same name after every start.
    package let port: String
    package let id: USBID
    /// bcdDevice: the model's revision.
    package let release: UInt16
    /// Empty where it has none.
    package let serial: String
    /// Bus and address: the numbers of its node, new at every plugging in.
    let bus: UInt8
    let address: UInt8

    /// Its node of usbfs.
    package var path: String { "/dev/bus/usb/\(Self.number(bus))/\(Self.number(address))" }

    private static func number(_ value: UInt8) -> String {
        let text = String(value)
        return String(repeating: "0", count: 3 - text.count) + text
    }
}

extension USBListing {
    /// More than any bus of a station has.
    static let most = 1024

    /// Every device that is plugged in now, hubs too, by port.
    ///
    /// - Parameter folder: where sysfs lists them.
    package static func all(in folder: String = "/sys/bus/usb/devices") -> [USBListing] {
        guard let opened = try? Folder(path: folder), let names = try? opened.names() else { return [] }
        return names.sorted().prefix(most).compactMap { USBListing(port: $0, in: folder) }
    }

    /// Nil where nothing is plugged in there.
    package init?(port: String, in folder: String = "/sys/bus/usb/devices") {
        guard Self.isPort(port) else { return nil }
        func attribute(_ name: String) -> String { deviceAttribute("\(folder)/\(port)/\(name)") }
        guard let id = USBID(parsing: "\(attribute("idVendor")):\(attribute("idProduct"))"),
            let release = UInt16(usbHex: attribute("bcdDevice")),
            let bus = UInt8(attribute("busnum")), let address = UInt8(attribute("devnum")), bus > 0, address > 0
        else { return nil }
        (self.port, self.id, self.release, self.bus, self.address) = (port, id, release, bus, address)
        serial = attribute("serial")
    }

    /// Whether it is written as a port is: `1-2.4`. Root hubs (`usb1`) and interfaces (`1-2:1.0`) are not.
    package static func isPort(_ name: some StringProtocol) -> Bool {
        let halves = name.split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count == 2, name.utf8.count <= 32 else { return false }
        let ports = halves[1].split(separator: ".", omittingEmptySubsequences: false)
        return ([halves[0]] + ports).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
    }
}
