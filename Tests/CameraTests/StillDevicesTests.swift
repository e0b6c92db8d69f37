import Linux
import Foundation
import Testing

@testable import Camera
@testable import StillLink
@testable import V4L2

/// A folder like the kernel's /sys/bus/usb/devices.
private final class Buses {
    let root = FileManager.default.temporaryDirectory.appending(path: "obscura-buses-\(UUID().uuidString)")

    init(_ devices: [String: [String: String]]) throws {
        for (name, attributes) in devices {
            let folder = root.appending(path: name)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (attribute, value) in attributes {
                try Data("\(value)\n".utf8).write(to: folder.appending(path: attribute))
            }
        }
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    var found: [V4L2Device] { StillDevices.all(in: root.path) }
}

private func interface(_ kind: String, _ subclass: String, _ protocolNumber: String) -> [String: String] {
    ["bInterfaceClass": kind, "bInterfaceSubClass": subclass, "bInterfaceProtocol": protocolNumber]
}

private func device(number: String = "4", product: String = "Simulated still", serial: String = "0001") -> [String:
    String]
{
    [
        "busnum": "1", "devnum": number, "devpath": "2.1", "product": product, "serial": serial, "idVendor": "1209",
        "idProduct": "000b", "bcdDevice": "0100",
    ]
}

@Suite struct `Still cameras on the USB buses` {
    @Test func `are known by their interface, with the place that V4L2 would give them`() throws {
        let buses = try Buses([
            "usb1": ["serial": "0000:00:14.0"], "1-2.1": device(), "1-2.1:1.0": interface("06", "01", "01"),
            "1-3": device(number: "5"), "1-3:1.0": interface("0e", "01", "00"), "1-0:1.0": interface("09", "00", "00"),
        ])
        #expect(
            buses.found == [
                V4L2Device(
                    path: "/dev/bus/usb/001/004", driver: "ptp", card: "Simulated still", bus: "usb-0000:00:14.0-2.1",
                    serial: "0001", usb: USBID(vendor: 0x1209, product: 0x000b), release: 0x0100)
            ])
        #expect(buses.found[0].isStill)
        #expect(buses.found[0].place.map { [$0.bus, $0.number] } == [1, 4])
    }

    @Test func `with several interfaces are one camera`() throws {
        let buses = try Buses([
            "usb1": ["serial": "x"], "1-2.1": device(), "1-2.1:1.0": interface("06", "01", "01"),
            "1-2.1:1.1": interface("06", "01", "01"),
        ])
        #expect(buses.found.count == 1)
    }

    @Test func `cannot put control characters into a terminal`() throws {
        let buses = try Buses([
            "usb1": ["serial": "x"], "1-2.1": device(product: "\u{1b}[2J", serial: "a%b"),
            "1-2.1:1.0": interface("06", "01", "01"),
        ])
        #expect(buses.found[0].card == "%1b[2J")
        #expect(buses.found[0].serial == "a%25b")
    }

    @Test(arguments: ["0", "256", "-1", "one", ""])
    func `without a number on their bus are not listed`(number: String) throws {
        let buses = try Buses([
            "usb1": ["serial": "x"], "1-2.1": device(number: number), "1-2.1:1.0": interface("06", "01", "01"),
        ])
        #expect(buses.found.count == (number == "0" ? 1 : 0))
    }

    @Test func `are meant by a source of their kind alone`() throws {
        let buses = try Buses([
            "usb1": ["serial": "x"], "1-2.1": device(), "1-2.1:1.0": interface("06", "01", "01"),
        ])
        let still = buses.found[0]
        let video = V4L2Device(
            path: "/dev/video0", driver: "uvcvideo", card: still.card, bus: still.bus, serial: still.serial,
            usb: still.usb)
        #expect(CameraProfile.Source.still("Simulated still").fits(still))
        #expect(!CameraProfile.Source.still("Simulated still").fits(video))
        #expect(CameraProfile.Source.v4l2("Simulated still").fits(video))
        #expect(!CameraProfile.Source.v4l2("Simulated still").fits(still))
        #expect(!CameraProfile.Source.replay("Simulated still").fits(still))
    }
}

@Suite struct `A still camera's own name` {
    private func profile(_ manufacturer: String) -> CameraProfile {
        CameraProfile(
            name: "overview", source: .still("x"), modalities: [], face: .expected, streams: [], locks: ControlLocks(),
            instrument: .init(manufacturer: manufacturer, model: "overview", serial: "", polarized: nil, contact: false)
        )
    }
    private let name = StillName(
        manufacturer: "Maker\n".utf8, model: "D1".utf8, serial: "77".utf8, version: "1".utf8)

    @Test func `stands in the record where nobody gave one`() {
        let instrument = profile(CameraProfile.Instrument.unknown).named(by: name).instrument
        #expect(instrument.manufacturer == "Maker%0a")
        #expect(instrument.model == "D1" && instrument.serial == "77")
    }

    @Test func `does not replace what the configuration says`() {
        #expect(profile("Clinic's own").named(by: name) == profile("Clinic's own"))
    }
}
