public import PodCore

/// What the pod's USB device needs of a board beside the pod's own hardware: the few things that only a bus controller does.
public protocol USBBoard: PodHardware, ~Copyable {
    /// From the next packet on the device has this address; 0 to 127.
    mutating func setAddress(_ address: UInt8)
    /// The three endpoints begin anew, with DATA0 and without a halt, or are as if not there. Packets that the host has not
    /// fetched are forgotten; the device offers them again.
    mutating func openEndpoints(_ open: Bool)
    /// A halted endpoint answers STALL. One that is let go begins with DATA0, halted before or not (USB 2.0, 9.4.5), and
    /// forgets a packet that the host has not fetched; the device offers it again.
    mutating func setHalt(_ endpoint: USBEndpoint, _ halted: Bool)
}

/// The device's endpoints, by their addresses.
public enum USBEndpoint: UInt8, Sendable, CaseIterable {
    /// Both ways, 64 bytes a packet.
    case control = 0x00
    /// Bulk from the host, 64 bytes: one request a packet.
    case requests = 0x01
    /// Bulk to the host, 64 bytes: one reply a packet.
    case replies = 0x81
    /// Interrupt to the host, 32 bytes, asked for in every frame: one event a packet.
    case events = 0x82

    /// Place among those that can be halted, nil for the control endpoint.
    var place: Int? {
        switch self {
        case .control: nil
        case .requests: 0
        case .replies: 1
        case .events: 2
        }
    }
}
