import PodCore

/// A time of the pod's clock.
package struct PodMicros: Sendable, Hashable, Comparable {
    /// 285 years: a clock beyond it is none.
    static let most: UInt64 = 1 << 53

    /// Microseconds since the pod's start, at most `most`.
    package let value: Int64

    init(_ reader: inout PacketReader) throws(PodStatus) {
        let number = try reader.number64()
        guard number <= Self.most else { throw .argument }
        value = Int64(number)
    }

    init(_ value: Int64) { self.value = value }

    var nanoseconds: Int64 { value * 1000 }

    package static func < (one: PodMicros, other: PodMicros) -> Bool { one.value < other.value }
}

/// What the pod is doing.
package enum PodPhase: UInt8, Sendable {
    case idle = 0
    /// A session has it.
    case leased = 1
    /// Recording lamp, lights and camera have power.
    case capturing = 2
    /// Dark until it is restarted.
    case fault = 3

    init(_ reader: inout PacketReader) throws(PodStatus) {
        guard let phase = PodPhase(rawValue: try reader.byte()) else { throw .argument }
        self = phase
    }
}

/// Phase and fault, which must agree.
package struct PodStanding: Sendable, Equatable {
    package let phase: PodPhase
    /// Not nil exactly in the phase `fault`.
    package let fault: PodFault?

    init(_ reader: inout PacketReader) throws(PodStatus) {
        phase = try PodPhase(&reader)
        let number = try reader.byte()
        fault = PodFault(rawValue: number)
        guard (fault != nil) == (phase == .fault), fault != nil || number == 0, fault?.isLatched != false else {
            throw .argument
        }
    }
}

package struct PodFirmware: Sendable, Equatable, CustomStringConvertible {
    package let major: UInt8
    package let minor: UInt8
    package let patch: UInt8

    package var description: String { "\(major).\(minor).\(patch)" }
}

/// How a pod introduces itself.
package struct PodHello: Sendable, Equatable {
    package let version: UInt8
    package let firmware: PodFirmware
    package let abilities: UInt16
    package let standing: PodStanding
    package let serial: UInt64

    /// 16 upper-case digits, as its plug says it.
    package var serialText: String {
        let digits = String(serial, radix: 16, uppercase: true)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Everything that a pod counts and senses.
package struct PodReport: Sendable, Equatable {
    package let standing: PodStanding
    /// Whether current flows through the recording lamp.
    package let isLampLit: Bool
    package let isLidOpen: Bool
    package let time: PodMicros
    package let presses: UInt32
    /// Presses while no session had it.
    package let unwanted: UInt32
    /// Flashes of strobe lists.
    package let frames: UInt32
    package let lidOpenings: UInt32
    /// Events that it lost because nobody fetched them.
    package let dropped: UInt32
    /// Microseconds of ultraviolet that count against its budget.
    package let ultraviolet: PodMicros

    init(_ reader: inout PacketReader) throws(PodStatus) {
        standing = try PodStanding(&reader)
        isLampLit = try reader.flag()
        isLidOpen = try reader.flag()
        time = try PodMicros(&reader)
        presses = try reader.number32()
        unwanted = try reader.number32()
        frames = try reader.number32()
        lidOpenings = try reader.number32()
        dropped = try reader.number32()
        ultraviolet = try PodMicros(&reader)
    }
}

/// One flash of a strobe list, `delay` microseconds after the camera's edge, `width` microseconds long.
package struct PodFlash: Sendable, Equatable {
    package let channel: LightChannel
    package let delay: UInt16
    package let width: UInt16

    package init(_ channel: LightChannel, delay: UInt16, width: UInt16) {
        (self.channel, self.delay, self.width) = (channel, delay, width)
    }
}

/// What the pod says of its own accord.
struct PodSignal: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case press(PodInput, pressed: Bool)
        /// A light of the strobe list flashed.
        case frame(LightChannel)
        case safety(PodFault)
        case lid(open: Bool)
    }

    let kind: Kind
    /// The pod's own count of events that it handed out.
    let sequence: UInt16
    /// How many of its kind there were.
    let count: UInt32
    let time: PodMicros

    /// - Parameter bytes: one packet of the event endpoint: anything at all.
    /// - Throws: what it breaks of the protocol.
    init(parsing bytes: [UInt8]) throws(PodStatus) {
        guard bytes.count <= Packet.capacity else { throw .length }
        var reader = PacketReader(bytes.span)
        let header = try reader.header()
        guard let event = PodEvent(rawValue: header.type) else { throw .unknown }
        guard header.status == .done else { throw .argument }
        let (a, second) = (try reader.byte(), try reader.flag())
        guard try reader.number16() == 0 else { throw .argument }
        kind = try Self.kind(event, a, second)
        sequence = header.sequence
        count = try reader.number32()
        time = try PodMicros(&reader)
        try reader.finish()
    }

    private static func kind(_ event: PodEvent, _ a: UInt8, _ second: Bool) throws(PodStatus) -> Kind {
        switch event {
        case .trigger:
            guard let input = PodInput(rawValue: a) else { throw .argument }
            return .press(input, pressed: second)
        case .frame:
            guard let channel = LightChannel(rawValue: a), !second else { throw .argument }
            return .frame(channel)
        case .safety:
            guard let fault = PodFault(rawValue: a), fault.isLatched == second else { throw .argument }
            return .safety(fault)
        case .tamper:
            guard a <= 1, !second else { throw .argument }
            return .lid(open: a == 1)
        }
    }
}

extension PacketReader {
    /// A byte that is 0 or 1.
    mutating func flag() throws(PodStatus) -> Bool {
        let byte = try byte()
        guard byte <= 1 else { throw .argument }
        return byte == 1
    }
}
