import DeviceDescriptors
import Linux
import USB

/// Carries a loader's bytes: one bulk pipe each way, and its two control requests (RP2350 datasheet, 5.6.5).
package protocol LoaderTransport {
    /// One transfer to the chip; an empty one is an answer, too.
    func send(_ bytes: [UInt8]) throws(USBError)
    /// One transfer from the chip, of at most so many bytes.
    func receive(atMost count: Int) throws(USBError) -> [UInt8]
    /// GET_COMMAND_STATUS: 16 bytes on the last command.
    func status() throws(USBError) -> [UInt8]
    /// INTERFACE_RESET: ends what another host began, every halt, and what exclusive access there was.
    func reset() throws(USBError)
}

/// The loader of a chip on this machine's USB.
package struct LoaderLine: LoaderTransport {
    /// Raspberry Pi's RP2350 in its loader; a maker who burns other numbers into the chip's memory has another.
    package static let id = USBID(vendor: 0x2E8A, product: 0x000F)
    static let kind = USBClass(0xFF, 0x00, 0x00)
    /// Erasing a sector takes a flash some tenths of a second at worst; this is for all of an image.
    private static let patience = Duration.seconds(10)

    private let interface: USBInterface
    private let outgoing: USBEndpoint
    private let incoming: USBEndpoint

    package init(opening listing: USBListing) throws(LoaderError) {
        guard listing.id == Self.id else { throw .interface }
        let device: USBDevice
        do { device = try USBDevice(opening: listing) } catch { throw .usb(error) }
        // Where it shows its drive as well, the interface has another number.
        guard let setting = device.descriptors.configurations.first?.settings.first(where: { $0.kind == Self.kind }),
            let outgoing = setting.endpoints.first(where: { $0.kind == .bulk && !$0.isIncoming }),
            let incoming = setting.endpoints.first(where: { $0.kind == .bulk && $0.isIncoming })
        else { throw .interface }
        do { interface = try device.claim(setting) } catch { throw .usb(error) }
        (self.outgoing, self.incoming) = (outgoing, incoming)
    }

    package func send(_ bytes: [UInt8]) throws(USBError) {
        try interface.send(bytes, to: outgoing, within: Self.patience)
    }

    package func receive(atMost count: Int) throws(USBError) -> [UInt8] {
        try interface.receive(atMost: max(count, 64), from: incoming, within: Self.patience)
    }

    package func status() throws(USBError) -> [UInt8] {
        try interface.ask(vendor: 0x42, length: 16, within: .seconds(1))
    }

    package func reset() throws(USBError) {
        try interface.tell(vendor: 0x41, within: .seconds(1))
        // It ends the chip's halts and leaves the data toggles as they are, which have to begin anew on both sides.
        for endpoint in [outgoing, incoming] { try interface.clearHalt(of: endpoint) }
    }
}
