/// Answers the standard requests (USB 2.0, 9.4) of a device whose descriptors are fixed. Class and vendor requests, and
/// what halting an endpoint means, are the device's own: it looks at them first.
package struct StandardRequests: Sendable {
    package let device: [UInt8]
    package let configuration: [UInt8]
    /// Strings 1, 2 … of US English.
    private let texts: [String]
    /// The configuration that the host has set; 0 for none.
    package private(set) var configured: UInt8 = 0

    package init(device: [UInt8], configuration: [UInt8], texts: [String]) {
        (self.device, self.configuration, self.texts) = (device, configuration, texts)
    }

    package mutating func reset() { configured = 0 }

    /// - Parameter transfer: one of endpoint 0.
    /// - Returns: a stall for everything that is not standard.
    package mutating func answer(_ transfer: Transfer) -> Reply {
        let setup = transfer.setup
        switch (setup.kind, setup.request) {
        case (0x80, 0x00), (0x81, 0x00), (0x82, 0x00): return .sent([0, 0], to: transfer)
        case (0x80, 0x06):
            guard let bytes = descriptor(setup.value) else { return .stalled(transfer) }
            return .sent(Array(bytes.prefix(Int(setup.length))), to: transfer)
        case (0x80, 0x08): return .sent([configured], to: transfer)
        case (0x00, 0x09):
            configured = UInt8(truncatingIfNeeded: setup.value)
            return .taken(transfer)
        case (0x81, 0x0a): return .sent([0], to: transfer)
        case (0x01, 0x0b) where setup.value == 0: return .taken(transfer)
        case (0x02, 0x01): return .taken(transfer)
        default: return .stalled(transfer)
        }
    }

    private func descriptor(_ value: UInt16) -> [UInt8]? {
        switch value >> 8 {
        case 1: device
        case 2 where value & 0xff == 0: configuration
        case 3: text(Int(value & 0xff))
        default: nil
        }
    }

    /// String descriptor `index` as UTF-16 (USB 2.0, 9.6.7); 0 lists the one language.
    private func text(_ index: Int) -> [UInt8]? {
        if index == 0 { return [4, 3, 0x09, 0x04] }
        guard texts.indices.contains(index - 1) else { return nil }
        let units = texts[index - 1].utf16.prefix(126)
        return [UInt8(2 + 2 * units.count), 3] + units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }
}
