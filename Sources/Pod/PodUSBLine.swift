import DeviceDescriptors
import Linux
import PodCore
import USB

/// A capture pod on USB: vendor interface FF/0B/01 with one bulk endpoint each way and one of interrupts (Firmware/README.md,
/// On USB).
final class PodUSBLine: PodTransport {
    /// A **placeholder**, as the firmware's.
    static let id = USBID(vendor: 0x1209, product: 0x0B0B)
    static let kind = USBClass(0xFF, 0x0B, 0x01)
    /// How long a request or its reply may take on a busy machine: what a lease of two seconds leaves after its renewal was due,
    /// at a third of it. A shorter one took a busy machine for a broken pod while the lamp shone on.
    private static let patience = Duration.milliseconds(1300)

    let serial: String?
    private let interface: USBInterface
    private let requests: USBEndpoint
    private let replies: USBEndpoint
    private let events: USBEndpoint

    init(opening listing: USBListing) throws(PodError) {
        let device: USBDevice
        do { device = try USBDevice(opening: listing) } catch { throw .usb(error) }
        // The device has one configuration, which the kernel has set.
        guard let setting = device.descriptors.configurations.first?.settings.first(where: { $0.kind == Self.kind }),
            let requests = setting.endpoints.first(where: { $0.kind == .bulk && !$0.isIncoming }),
            let replies = setting.endpoints.first(where: { $0.kind == .bulk && $0.isIncoming }),
            let events = setting.endpoints.first(where: { $0.kind == .interrupt && $0.isIncoming }),
            setting.endpoints.allSatisfy({ $0.packet <= 64 })
        else { throw .interface }
        do { interface = try device.claim(setting) } catch { throw .usb(error) }
        (self.requests, self.replies, self.events) = (requests, replies, events)
        serial = listing.serial
    }

    func send(_ message: [UInt8]) throws(USBError) {
        try interface.send(message, to: requests, within: Self.patience)
    }

    func reply() throws(USBError) -> [UInt8] {
        try interface.receive(atMost: 64, from: replies, within: Self.patience)
    }

    func event() throws(USBError) -> [UInt8] { try interface.receive(atMost: 64, from: events, within: nil) }

    func cancel() { interface.cancel() }
}

/// The pod in one socket, or with one serial number, on this machine's USB.
package final class PodUSBDoor: PodDoor {
    private let place: PodPlace
    private let hotplug: USBHotplug

    package init(_ place: PodPlace) throws(SystemCallError) {
        self.place = place
        hotplug = try USBHotplug()
    }

    package var news: CInt? { hotplug.descriptor }

    package func takeNews() { _ = try? hotplug.takeNews() }

    package func open() throws(PodError) -> any PodTransport {
        let listing =
            switch place {
            case .port(let port): USBListing(port: port)
            case .serial(let serial): USBListing.all().first { $0.id == PodUSBLine.id && $0.serial == serial }
            }
        guard let listing else { throw .absent }
        guard listing.id == PodUSBLine.id else { throw .interface }
        return try PodUSBLine(opening: listing)
    }
}
