/// What stands in front of every message: eight bytes, little-endian. One message is one USB packet of at most 63 bytes,
/// so that no transfer needs an empty packet at its end (USB 2.0, 5.8.3).
public struct MessageHeader: Equatable, Sendable {
    /// Bytes.
    public static let size = 8
    /// The only version there is.
    public static let version: UInt8 = 1

    public var type: UInt8
    /// A reply repeats its request's; an event has the pod's own count.
    public var sequence: UInt16
    /// Bytes of payload.
    public var length: UInt16
    public var status: PodStatus

    public init(type: UInt8, sequence: UInt16, length: UInt16, status: PodStatus = .done) {
        self.type = type
        self.sequence = sequence
        self.length = length
        self.status = status
    }
}

/// What a reply says of its request.
public enum PodStatus: UInt16, Error, Sendable, CaseIterable {
    case done = 0
    /// Fewer bytes than a header.
    case short = 1
    case version = 2
    /// The payload is not as long as the header or the request says.
    case length = 3
    case unknown = 4
    /// Not in this state.
    case state = 5
    /// Another session has the lease, or none has.
    case lease = 6
    /// A value outside its range.
    case argument = 7
    /// A frame of the serial line with a wrong check sum.
    case checksum = 8
    /// A fault is latched.
    case interlock = 9
}

public enum PodRequest: UInt8, Sendable, CaseIterable {
    /// Versions, abilities, serial number.
    case hello = 0x01
    /// The pod's clock.
    case time = 0x02
    /// Takes, renews or gives back the lease of a session.
    case lease = 0x03
    /// Turns the net of recording lamp, lights and camera on or off.
    case capture = 0x04
    case light = 0x05
    case strobe = 0x06
    case status = 0x07
    /// A tone for the person at the patient.
    case tone = 0x08
    /// Restarts, into the chip's own loader or into this program again.
    case reboot = 0x0F
}

public enum PodEvent: UInt8, Sendable, CaseIterable {
    /// Something was pressed or let go.
    case trigger = 0x81
    /// A light of a strobe list flashed.
    case frame = 0x82
    case safety = 0x83
    case tamper = 0x84
}

/// What a person presses.
public enum PodInput: UInt8, Sendable, CaseIterable {
    case pedal = 0
    case hand = 1
}

public enum LightChannel: UInt8, Sendable, CaseIterable {
    case crossPolarised = 0
    case parallelPolarised = 1
    case ultraviolet = 2
}

/// Why the pod went dark.
public enum PodFault: UInt8, Sendable, CaseIterable {
    /// The host was silent for as long as its lease lasted. Not latched.
    case leaseExpired = 1
    /// The recording lamp is dark while it should shine, or shines while it should be dark.
    case lampMismatch = 2
    case tamper = 3
    case ultravioletDose = 4

    /// Stays until the pod restarts.
    public var isLatched: Bool { self != .leaseExpired }
}

/// What the person at the patient hears.
public enum PodTone: UInt8, Sendable, CaseIterable {
    /// The picture is taken: the instrument may move.
    case exposed = 0
    /// It is safe on the station's disk.
    case durable = 1
    case refused = 2
    /// The mask refused it: another view may help.
    case maskRefused = 3
    /// The next site of the visit.
    case nextSite = 4
}
