import Foundation
import Linux
import Testing

@testable import USB

/// An empty folder, gone afterwards.
private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "usb-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
}

@Suite struct `The list of USB devices` {
    /// Lets `body` see a folder as sysfs shows one device, and names it.
    private func withDevice(
        port: String = "1-1.4", _ attributes: [String: String], _ body: (String) throws -> Void
    ) throws {
        try withFolder { top in
            try FileManager.default.createDirectory(atPath: "\(top)/\(port)", withIntermediateDirectories: false)
            for (name, text) in attributes {
                try Data("\(text)\n".utf8).write(to: URL(filePath: "\(top)/\(port)/\(name)"))
            }
            try body(top)
        }
    }

    private let pod = [
        "idVendor": "1209", "idProduct": "0b0b", "bcdDevice": "0010", "busnum": "1", "devnum": "7",
        "serial": "0123456789ABCDEF",
    ]

    @Test func `says where a device is plugged in and which node it has`() throws {
        try withDevice(pod) { folder in
            let listing = try #require(USBListing.all(in: folder).first)
            #expect(listing.port == "1-1.4" && listing.id.description == "1209:0b0b" && listing.release == 0x0010)
            #expect(listing.serial == "0123456789ABCDEF" && listing.path == "/dev/bus/usb/001/007")
            #expect(USBListing(port: "1-1.4", in: folder) == listing)
        }
    }

    @Test(arguments: [
        ("idVendor", "12 9"), ("idVendor", ""), ("idProduct", "0B0B"), ("bcdDevice", "1"), ("busnum", "0"),
        ("devnum", "256"), ("devnum", "-1"),
    ])
    func `leaves out what is no device`(name: String, text: String) throws {
        var attributes = pod
        attributes[name] = text
        try withDevice(attributes) { folder in #expect(USBListing.all(in: folder).isEmpty) }
    }

    @Test func `cleans what a device calls itself`() throws {
        var attributes = pod
        attributes["serial"] = "a\u{1B}[2J" + String(repeating: "x", count: 300)
        try withDevice(attributes) { folder in
            let serial = try #require(USBListing.all(in: folder).first?.serial)
            #expect(serial.hasPrefix("a%1b[2Jxx") && serial.utf8.count == 128)
        }
    }

    @Test(arguments: ["1-1", "12-3.4.5"])
    func `takes ports`(name: String) { #expect(USBListing.isPort(name)) }

    @Test(arguments: ["usb1", "1-0:1.0", "1-", "-1", "1-1.", "1-1-1", "../1-1", "1-1/..", "", "1-٣"])
    func `takes nothing else for a port`(name: String) {
        #expect(!USBListing.isPort(name))
        #expect(USBListing(port: name, in: "/proc/self") == nil)
    }

    @Test func `is empty where there is no USB`() { #expect(USBListing.all(in: "/proc/self/none").isEmpty) }

    @Test func `is no way to a device that has gone`() throws {
        try withDevice(pod.merging(["busnum": "250", "devnum": "250"]) { $1 }) { folder in
            let listing = try #require(USBListing.all(in: folder).first)
            do throws(USBError) {
                _ = try USBDevice(opening: listing)
                Issue.record("opened")
            } catch { #expect(error == .absent) }
        }
    }
}

@Suite struct `The USB library` {
    @Test func `opens without a netlink socket, and refuses what is no USB device`() throws {
        for path in ["/dev/null", "/proc/self/status"] {
            let before = try openSockets()
            do throws(USBError) {
                _ = try Handle(wrapping: try node(path))
                Issue.record("\(path) is a USB device")
            } catch {
                guard case .library = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(!"\(error)".isEmpty)
            }
            #expect(try openSockets() == before)
        }
    }

    private func node(_ path: String) throws(USBError) -> Descriptor {
        do { return try openForReading(path) } catch { throw .system(error) }
    }

    /// Netlink sockets of this network namespace, as the kernel counts them.
    private func openSockets() throws -> Int {
        try readAll(from: try openForReading("/proc/self/net/netlink"), bound: 1 << 20).count { $0 == 10 }
    }
}

@Suite struct `News of USB devices` {
    @Test func `comes for a bus, a node and its mode`() throws {
        try withFolder { top in
            let hotplug = try USBHotplug(root: top)
            func hasNews() throws -> Bool {
                let ready = try poll([(hotplug.descriptor, .readable)], milliseconds: 0)
                try hotplug.takeNews()
                return !ready[0].isEmpty
            }
            #expect(try !hasNews())
            let files = FileManager.default
            var path = top
            for name in ["bus", "usb", "001"] {
                path += "/\(name)"
                try files.createDirectory(atPath: path, withIntermediateDirectories: false)
                #expect(try hasNews(), "\(path)")
            }
            path += "/007"
            try Data().write(to: URL(filePath: path))
            #expect(try hasNews())
            #expect(try !hasNews())
            try files.setAttributes([.posixPermissions: 0o660], ofItemAtPath: path)
            #expect(try hasNews())
            try files.removeItem(atPath: path)
            #expect(try hasNews())
        }
    }
}
