/// A simulated USB device: it answers transfers and obeys its test. It knows nothing of sockets; `Server` lends it to a host.
package protocol USBIPDevice: ~Copyable {
    var speed: USBIPSpeed { get }
    /// The standard device descriptor (USB 2.0, 9.6.1), 18 bytes.
    var deviceDescriptor: [UInt8] { get }
    /// The configuration descriptor with all that follows it (USB 2.0, 9.6.3).
    var configurationDescriptor: [UInt8] { get }
    /// Those of the device's endpoints that take isochronous transfers; at any other one such a transfer loses the device.
    var isochronousEndpoints: Set<UInt32> { get }

    /// A host took the device, or let go of it: the cable is new.
    mutating func reset(at now: ContinuousClock.Instant)

    /// Answers one transfer, or says nil: not yet. The server keeps such a transfer and asks again, in the order of its
    /// endpoint, after everything that happens and when `pause` is over.
    ///
    /// - Throws: where no correct host would ask this; the host loses the device.
    mutating func answer(_ transfer: Transfer, at now: ContinuousClock.Instant) throws(WireError) -> Reply?

    /// How long until `answer` may have something for one of the waiting transfers; nil when only the host or the test can
    /// change that.
    mutating func pause(waiting: [Transfer], at now: ContinuousClock.Instant) -> Duration?

    /// Obeys one line of the test, split at its spaces.
    mutating func obey(_ words: [Substring], at now: ContinuousClock.Instant) -> Obedience

    /// Whether the device dropped off the bus by itself since it was last asked, as one that restarts does.
    mutating func hasLeft() -> Bool

    /// Lines for standard output: what the host and the test have done to the device since the last call.
    mutating func takeReports() -> [String]
}

extension USBIPDevice where Self: ~Copyable {
    package var isochronousEndpoints: Set<UInt32> { [] }

    package mutating func hasLeft() -> Bool { false }
}

/// As USB/IP counts them (`enum usb_device_speed` of Linux).
package enum USBIPSpeed: UInt32, Sendable {
    case full = 2
    case high = 3
}

package enum Obedience: Equatable, Sendable {
    case done
    case notUnderstood
    /// The cable is pulled.
    case unplug
}

/// The device as the answers to both opening questions describe it: bus 1, device 2.
struct Identity {
    static let busID = "1-1"

    let bytes: [UInt8]
    /// Class, subclass, protocol and a zero for each interface.
    let interfaces: [UInt8]

    /// - Precondition: both descriptors are whole: they are this repository's own.
    init(speed: USBIPSpeed, device: [UInt8], configuration: [UInt8]) {
        var interfaces: [UInt8] = []
        // Alternate setting 0 stands for its interface.
        for one in interfaceDescriptors(of: configuration) where one[3] == 0 { interfaces += one[5..<8] + [0] }
        precondition(device.count == 18)
        var bytes = [UInt8](text: "/sys/devices/station/\(Self.busID)", filledTo: 256)
        bytes += [UInt8](text: Self.busID, filledTo: Opening.busLength)
        for word in [1, 2, speed.rawValue] { bytes.append(bigEndian: word) }
        // Vendor, product and release, big-endian here; then the class, the configuration that is set, how many there are.
        bytes += [device[9], device[8], device[11], device[10], device[13], device[12]]
        bytes += device[4..<7] + [configuration[5], device[17], UInt8(interfaces.count / 4)]
        (self.bytes, self.interfaces) = (bytes, interfaces)
    }
}

/// All alternate settings of all interfaces (USB 2.0, 9.6.5), each nine bytes or more.
///
/// - Precondition: the configuration is whole: it is this repository's own.
func interfaceDescriptors(of configuration: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var rest = configuration[...]
    while let length = rest.first.map(Int.init), length >= 2, rest.count >= length {
        let one = Array(rest.prefix(length))
        if one[1] == 4, length >= 9 { found.append(one) }
        rest = rest.dropFirst(length)
    }
    precondition(rest.isEmpty)
    return found
}
