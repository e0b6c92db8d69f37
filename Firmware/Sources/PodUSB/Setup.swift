/// The eight bytes that begin a control transfer (USB 2.0, 9.3), little-endian.
public struct USBSetup: Sendable {
    /// bmRequestType: direction, type, recipient.
    public let kind: UInt8
    /// bRequest.
    public let request: UInt8
    /// wValue.
    public let value: UInt16
    /// wIndex.
    public let index: UInt16
    /// wLength: bytes that the host sends, or takes at most.
    public let length: UInt16

    public init(_ bytes: [8 of UInt8]) {
        kind = bytes[0]
        request = bytes[1]
        value = UInt16(bytes[2]) | UInt16(bytes[3]) << 8
        index = UInt16(bytes[4]) | UInt16(bytes[5]) << 8
        length = UInt16(bytes[6]) | UInt16(bytes[7]) << 8
    }

    var isToHost: Bool { kind & 0x80 != 0 }
}

/// A request that this device does not know, or not now: it is answered with STALL (USB 2.0, 9.2.7).
struct RequestError: Error {}

/// bRequest (USB 2.0, table 9-4).
enum StandardRequest: UInt8 {
    case getStatus = 0
    case clearFeature = 1
    case setFeature = 3
    case setAddress = 5
    case getDescriptor = 6
    case getConfiguration = 8
    case setConfiguration = 9
    case getInterface = 10
    case setInterface = 11
}

/// How far the host has come with this device (USB 2.0, 9.1).
enum BusState: Equatable {
    /// After a reset: address 0.
    case fresh
    case addressed
    case configured
}

/// Where a control transfer stands (USB 2.0, 8.5.3).
enum ControlStage: Equatable {
    case idle
    /// The data from this byte on are next.
    case sending(from: Int)
    /// The host has all data; its empty packet is missing.
    case sent
    /// The host is to fetch an empty packet, after which the device has this address.
    case confirming(address: UInt8?)
    /// Until the next setup.
    case stalled
}
