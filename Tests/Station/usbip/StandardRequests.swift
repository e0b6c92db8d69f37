/// Answers the standard requests (USB 2.0, 9.4) of a device whose descriptors are fixed. Class and vendor requests, and
/// what halting an endpoint means, are the device's own: it looks at them first.
package struct StandardRequests: Sendable {
    package let device: [UInt8]
    package let configuration: [UInt8]
    /// Strings 1, 2 … of US English.
    private let texts: [String]
    /// The configuration that the host has set; 0 for none.
    package private(set) var configured: UInt8 = 0
    /// Which alternate settings each interface has.
    private let settings: [UInt16: Set<UInt16>]
    /// The alternate setting of each interface that the host has set; 0 where there is none.
    private var chosen: [UInt16: UInt16] = [:]

    package init(device: [UInt8], configuration: [UInt8], texts: [String]) {
        (self.device, self.configuration, self.texts) = (device, configuration, texts)
        var settings: [UInt16: Set<UInt16>] = [:]
        for one in interfaceDescriptors(of: configuration) {
            settings[UInt16(one[2]), default: []].insert(UInt16(one[3]))
        }
        self.settings = settings
    }

    package mutating func reset() { (configured, chosen) = (0, [:]) }

    package func hasAlternate(_ setting: UInt16, ofInterface number: UInt16) -> Bool {
        settings[number, default: []].contains(setting)
    }

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
            // A configuration begins with alternate setting 0 everywhere (USB 2.0, 9.1.1.5).
            (configured, chosen) = (UInt8(truncatingIfNeeded: setup.value), [:])
            return .taken(transfer)
        case (0x81, 0x0a) where hasAlternate(0, ofInterface: setup.index):
            return .sent([UInt8(truncatingIfNeeded: chosen[setup.index, default: 0])], to: transfer)
        case (0x01, 0x0b) where hasAlternate(setup.value, ofInterface: setup.index):
            chosen[setup.index] = setup.value
            return .taken(transfer)
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
