import PodCore

/// A request to the pod, and what its reply holds (Firmware/README.md, protocol version 1).
protocol PodQuestion: Sendable {
    associatedtype Answer: Sendable
    static var request: PodRequest { get }
    /// Writes the payload.
    func write(into packet: inout Packet)
    /// Reads the payload of a reply that is `done`; whoever calls makes sure that nothing is left.
    static func read(_ reader: inout PacketReader) throws(PodStatus) -> Answer
}

extension PodQuestion {
    /// The whole message.
    func message(sequence: UInt16) -> [UInt8] {
        var payload = Packet()
        write(into: &payload)
        var packet = Packet()
        packet.append(MessageHeader.version)
        packet.append(Self.request.rawValue)
        packet.append(sequence)
        packet.append(UInt16(payload.count))
        packet.append(PodStatus.done.rawValue)
        for place in 0..<payload.count { packet.append(payload[place]) }
        return (0..<packet.count).map { packet[$0] }
    }
}

/// A reply of the pod.
enum PodReply<Answer: Sendable>: Sendable {
    case done(Answer)
    case refused(PodStatus)
    /// The reply to an earlier request that nobody waits for any more.
    case late
}

extension PodQuestion {
    /// Reads the reply to this question: anything at all.
    ///
    /// - Throws: what it breaks of the protocol.
    static func reply(_ bytes: [UInt8], sequence: UInt16) throws(PodStatus) -> PodReply<Answer> {
        guard bytes.count <= Packet.capacity else { throw .length }
        var reader = PacketReader(bytes.span)
        let header = try reader.header()
        guard header.sequence == sequence else { return .late }
        guard header.type == request.rawValue else { throw .unknown }
        guard header.status == .done else {
            try reader.finish()
            return .refused(header.status)
        }
        let answer = try read(&reader)
        try reader.finish()
        return .done(answer)
    }
}

struct HelloQuestion: PodQuestion {
    static var request: PodRequest { .hello }
    func write(into packet: inout Packet) {}

    static func read(_ reader: inout PacketReader) throws(PodStatus) -> PodHello {
        let version = try reader.byte()
        let firmware = PodFirmware(major: try reader.byte(), minor: try reader.byte(), patch: try reader.byte())
        let abilities = try reader.number16()
        let standing = try PodStanding(&reader)
        return PodHello(
            version: version, firmware: firmware, abilities: abilities, standing: standing,
            serial: try reader.number64())
    }
}

struct TimeQuestion: PodQuestion {
    static var request: PodRequest { .time }
    func write(into packet: inout Packet) {}
    static func read(_ reader: inout PacketReader) throws(PodStatus) -> PodMicros { try PodMicros(&reader) }
}

/// Takes, renews or, with a time of 0, gives back the lease.
struct LeaseQuestion: PodQuestion {
    static var request: PodRequest { .lease }
    let session: UInt32
    /// 0 to 2000.
    let milliseconds: UInt16

    func write(into packet: inout Packet) {
        packet.append(session)
        packet.append(milliseconds)
    }

    static func read(_ reader: inout PacketReader) throws(PodStatus) -> PodPhase { try PodPhase(&reader) }
}

/// Turns the one net of recording lamp, lights and camera on or off.
struct CaptureQuestion: PodQuestion {
    struct Answer: Sendable, Equatable {
        let phase: PodPhase
        let isLampLit: Bool
        let time: PodMicros
    }

    static var request: PodRequest { .capture }
    let session: UInt32
    let on: Bool

    func write(into packet: inout Packet) {
        packet.append(session)
        packet.append(on ? 1 : UInt8(0))
    }

    static func read(_ reader: inout PacketReader) throws(PodStatus) -> Answer {
        let (phase, isLit) = (try PodPhase(&reader), try reader.flag())
        guard try reader.number16() == 0 else { throw .argument }
        return Answer(phase: phase, isLampLit: isLit, time: try PodMicros(&reader))
    }
}

struct LightQuestion: PodQuestion {
    static var request: PodRequest { .light }
    let session: UInt32
    let channel: LightChannel
    /// Brightness in thousandths, 0 to 1000.
    let permille: UInt16

    func write(into packet: inout Packet) {
        packet.append(session)
        packet.append(channel.rawValue)
        packet.append(permille)
    }

    /// From when on a frame can have this light.
    static func read(_ reader: inout PacketReader) throws(PodStatus) -> PodMicros { try PodMicros(&reader) }
}

struct StrobeQuestion: PodQuestion {
    static var request: PodRequest { .strobe }
    let session: UInt32
    /// At most four; none ends it.
    let flashes: [PodFlash]

    func write(into packet: inout Packet) {
        packet.append(session)
        packet.append(UInt8(flashes.count))
        for flash in flashes {
            packet.append(flash.channel.rawValue)
            packet.append(flash.delay)
            packet.append(flash.width)
        }
    }

    static func read(_ reader: inout PacketReader) throws(PodStatus) {}
}

struct StatusQuestion: PodQuestion {
    static var request: PodRequest { .status }
    func write(into packet: inout Packet) {}
    static func read(_ reader: inout PacketReader) throws(PodStatus) -> PodReport { try PodReport(&reader) }
}

struct ToneQuestion: PodQuestion {
    static var request: PodRequest { .tone }
    let session: UInt32
    let tone: PodTone

    func write(into packet: inout Packet) {
        packet.append(session)
        packet.append(tone.rawValue)
    }

    static func read(_ reader: inout PacketReader) throws(PodStatus) {}
}

struct RebootQuestion: PodQuestion {
    static var request: PodRequest { .reboot }
    let restart: PodRestart

    func write(into packet: inout Packet) { packet.append(restart.rawValue) }
    static func read(_ reader: inout PacketReader) throws(PodStatus) {}
}
