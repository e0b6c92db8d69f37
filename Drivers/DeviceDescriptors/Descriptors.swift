import Linux

/// What is wrong with the descriptors of a device. Numbers are what stands there.
package enum USBDescriptorError: Error, Equatable, Sendable {
    /// Fewer bytes than a descriptor says it has.
    case cut
    /// A descriptor's length (bytes) is not one that its kind may have.
    case length(kind: UInt8, Int)
    /// Another kind of descriptor than must stand here.
    case kind(UInt8)
    /// More configurations than a device may have, or not as many as it says.
    case configurations(Int)
    /// Not as many interfaces as the configuration says, or an interface twice.
    case interfaces(Int)
    /// Not as many endpoints as the interface says.
    case endpoints(interface: UInt8, Int)
    /// An endpoint's address, which is reserved, the control endpoint's, or there twice.
    case address(UInt8)
    /// An endpoint's packet size (bytes), which no speed allows for its kind.
    case packet(endpoint: UInt8, Int)
    /// More bytes than the descriptors of a device can have.
    case tooLong(Int)
}

/// What a device says it is: the standard descriptors (USB 2.0, 9.6), whose lengths and counts agree with each other.
package struct USBDescriptors: Equatable, Sendable {
    /// As many configurations as Linux reads, each of 65,535 bytes at most.
    static let mostConfigurations = 8
    package static let mostBytes = 18 + 8 * 65_535

    package let id: USBID
    /// bcdDevice: the model's revision.
    package let release: UInt16
    package let configurations: [USBConfiguration]

    /// - Parameter bytes: the device descriptor and all configurations behind it, as a node of usbfs gives them.
    package init(parsing bytes: [UInt8]) throws(USBDescriptorError) {
        guard bytes.count <= Self.mostBytes else { throw .tooLong(bytes.count) }
        var reader = DescriptorReader(bytes[...])
        guard let device = try reader.next() else { throw .cut }
        guard device.kind == 1 else { throw .kind(device.kind) }
        guard device.length == 18 else { throw .length(kind: 1, device.length) }
        id = USBID(vendor: device.pair(8), product: device.pair(10))
        release = device.pair(12)
        let count = Int(device.byte(17))
        guard (1...Self.mostConfigurations).contains(count) else { throw .configurations(count) }
        var rest = bytes.dropFirst(18)
        var configurations: [USBConfiguration] = []
        while !rest.isEmpty {
            guard configurations.count < count else { throw .configurations(count + 1) }
            let (configuration, length) = try USBConfiguration.parse(rest)
            configurations.append(configuration)
            rest = rest.dropFirst(length)
        }
        guard configurations.count == count else { throw .configurations(configurations.count) }
        self.configurations = configurations
    }
}

/// One configuration (USB 2.0, 9.6.3).
package struct USBConfiguration: Equatable, Sendable {
    /// What SET_CONFIGURATION names it.
    package let value: UInt8
    /// Every alternate setting of every interface, in the device's order.
    package let settings: [USBSetting]

    /// - Returns: the configuration and how many bytes it has.
    static func parse(_ bytes: ArraySlice<UInt8>) throws(USBDescriptorError) -> (USBConfiguration, Int) {
        var reader = DescriptorReader(bytes)
        guard let head = try reader.next() else { throw .cut }
        guard head.kind == 2 else { throw .kind(head.kind) }
        guard head.length == 9 else { throw .length(kind: 2, head.length) }
        let total = Int(head.pair(2))
        guard total >= 9 else { throw .length(kind: 2, total) }
        guard total <= bytes.count else { throw .cut }
        reader = DescriptorReader(bytes.prefix(total).dropFirst(9))
        var settings: [USBSetting] = []
        while let descriptor = try reader.next() {
            switch descriptor.kind {
            case 4:
                try settings.last?.requireWhole()
                let setting = try USBSetting(descriptor)
                guard !settings.contains(where: { $0.isSame(as: setting) }) else {
                    throw .interfaces(Int(setting.interface))
                }
                settings.append(setting)
            case 5:
                guard !settings.isEmpty else { throw .kind(5) }
                try settings[settings.count - 1].add(try USBEndpoint(descriptor))
            case 1, 2: throw .kind(descriptor.kind)
            case 0x24: if !settings.isEmpty { settings[settings.count - 1].add(classSpecific: descriptor) }
            // Descriptors of later standards, and of classes for endpoints, say what they are and are passed over.
            default: break
            }
        }
        try settings.last?.requireWhole()
        let interfaces = Set(settings.map(\.interface)).count
        guard interfaces == Int(head.byte(4)) else { throw .interfaces(interfaces) }
        return (USBConfiguration(value: head.byte(5), settings: settings), total)
    }
}

/// One alternate setting of an interface (USB 2.0, 9.6.5).
package struct USBSetting: Equatable, Sendable {
    package let interface: UInt8
    package let alternate: UInt8
    /// Class, subclass and protocol.
    package let kind: USBClass
    package private(set) var endpoints: [USBEndpoint] = []
    /// What the interface's class says of it (CS_INTERFACE), in the device's order; each has two bytes or more.
    package private(set) var classSpecific: [RawDescriptor] = []
    /// How many endpoints it says it has.
    private let promised: Int

    init(_ descriptor: RawDescriptor) throws(USBDescriptorError) {
        guard descriptor.length == 9 else { throw .length(kind: 4, descriptor.length) }
        (interface, alternate) = (descriptor.byte(2), descriptor.byte(3))
        promised = Int(descriptor.byte(4))
        kind = USBClass(descriptor.byte(5), descriptor.byte(6), descriptor.byte(7))
    }

    mutating func add(_ endpoint: USBEndpoint) throws(USBDescriptorError) {
        guard endpoints.count < promised else { throw .endpoints(interface: interface, endpoints.count + 1) }
        guard !endpoints.contains(where: { $0.address == endpoint.address }) else { throw .address(endpoint.address) }
        endpoints.append(endpoint)
    }

    mutating func add(classSpecific descriptor: RawDescriptor) { classSpecific.append(descriptor) }

    func requireWhole() throws(USBDescriptorError) {
        guard endpoints.count == promised else { throw .endpoints(interface: interface, endpoints.count) }
    }

    func isSame(as other: USBSetting) -> Bool { (interface, alternate) == (other.interface, other.alternate) }
}

/// Class, subclass and protocol of an interface.
package struct USBClass: Equatable, Sendable {
    package let number: UInt8
    package let subclass: UInt8
    package let `protocol`: UInt8

    package init(_ number: UInt8, _ subclass: UInt8, _ protocol: UInt8) {
        (self.number, self.subclass, self.protocol) = (number, subclass, `protocol`)
    }
}

/// One endpoint (USB 2.0, 9.6.6).
package struct USBEndpoint: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        case control = 0
        case isochronous = 1
        case bulk = 2
        case interrupt = 3
    }

    /// Its number, and bit 7 where it brings bytes to the host.
    package let address: UInt8
    package let kind: Kind
    /// The most bytes of one packet.
    package let packet: Int
    /// Packets that an isochronous or interrupt endpoint of high speed may send in a microframe: 1 to 3 (USB 2.0, 9.6.6).
    package let transactions: Int

    package var isIncoming: Bool { address & 0x80 != 0 }

    init(_ descriptor: RawDescriptor) throws(USBDescriptorError) {
        // Audio class 1.0 has endpoints of nine bytes.
        guard descriptor.length == 7 || descriptor.length == 9 else { throw .length(kind: 5, descriptor.length) }
        address = descriptor.byte(2)
        guard address & 0x0F != 0, address & 0x70 == 0 else { throw .address(address) }
        // The two bits name all four kinds there are.
        kind = Kind(rawValue: descriptor.byte(3) & 3) ?? .control
        packet = Int(descriptor.pair(4) & 0x07FF)
        transactions = min(3, Int(descriptor.pair(4) >> 11 & 3) + 1)
        // An isochronous endpoint of no bytes is how a setting reserves no bandwidth.
        guard packet <= 1024, packet > 0 || kind == .isochronous else { throw .packet(endpoint: address, packet) }
    }
}

/// One descriptor of at least two bytes, all there.
package struct RawDescriptor: Equatable, Sendable {
    package let bytes: ArraySlice<UInt8>

    package var length: Int { bytes.count }
    package var kind: UInt8 { byte(1) }

    /// - Precondition: the caller has looked at `length`.
    package func byte(_ offset: Int) -> UInt8 { bytes[bytes.startIndex + offset] }
    package func pair(_ offset: Int) -> UInt16 { UInt16(byte(offset)) | UInt16(byte(offset + 1)) << 8 }
}

/// Takes descriptors off bytes one by one: each begins with its length and its kind.
struct DescriptorReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// - Returns: nil at the end.
    mutating func next() throws(USBDescriptorError) -> RawDescriptor? {
        guard let first = rest.first else { return nil }
        let length = Int(first)
        guard rest.count >= 2, rest.count >= length else { throw .cut }
        guard length >= 2 else { throw .length(kind: rest[rest.startIndex + 1], length) }
        defer { rest = rest.dropFirst(length) }
        return RawDescriptor(bytes: rest.prefix(length))
    }
}
