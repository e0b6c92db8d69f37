import PodCore

/// A board of which tests see every wire.
final class Board {
    var micros: UInt64 = 1_000_000
    var pressed: Set<PodInput> = []
    var isOpen = false
    /// Whether the lamp follows its net.
    var isLampSound = true
    /// A lamp that shines although its net is off.
    var isLampStuck = false
    var net = false
    var lights: [LightChannel: UInt16] = [:]
    var flashes: [(channel: LightChannel, delay: UInt16, width: UInt16)] = []
    var hertz: UInt16 = 0
    var notice = false
    var fed = 0
    var restarted: PodRestart?
}

struct BenchHardware: PodHardware, ~Copyable {
    let board: Board
    var micros: UInt64 { board.micros }
    var serial: UInt64 { 0x0123_4567_89AB_CDEF }
    var isOpen: Bool { board.isOpen }
    var isLampLit: Bool { board.isLampStuck || board.net && board.isLampSound }
    func isPressed(_ input: PodInput) -> Bool { board.pressed.contains(input) }
    func setCaptureNet(_ on: Bool) { board.net = on }
    func setLight(_ channel: LightChannel, permille: UInt16) { board.lights[channel] = permille }
    func flash(_ channel: LightChannel, delay: UInt16, width: UInt16) { board.flashes.append((channel, delay, width)) }
    func setSound(hertz: UInt16) { board.hertz = hertz }
    func setNotice(_ on: Bool) { board.notice = on }
    func feedWatchdog() { board.fed += 1 }
    func restart(_ into: PodRestart) { board.restarted = into }
}

/// A pod on a board, and a host that speaks to it.
final class Bench {
    let board = Board()
    fileprivate var pod: Pod<BenchHardware>
    private var sequence: UInt16 = 0
    static let session: UInt32 = 0xC0FF_EE01

    init() { pod = Pod(BenchHardware(board: board)) }

    struct Answer: Equatable {
        let type: UInt8
        let sequence: UInt16
        let status: PodStatus
        let payload: [UInt8]
    }

    /// Lets so many milliseconds pass, with a poll in each.
    func pass(_ milliseconds: Int) {
        for _ in 0..<milliseconds {
            board.micros += 1000
            pod.poll()
        }
    }

    func answer(_ bytes: [UInt8]) -> Packet { pod.answer(bytes.span) }

    @discardableResult
    func ask(_ request: PodRequest, _ payload: [UInt8] = []) -> Answer {
        sequence &+= 1
        let bytes = [1, request.rawValue] + le(sequence) + le(UInt16(payload.count)) + [0, 0] + payload
        return Answer(answer(bytes))
    }

    @discardableResult
    func lease(_ milliseconds: UInt16 = 1000, session: UInt32 = Bench.session) -> PodStatus {
        ask(.lease, le(session) + le(milliseconds)).status
    }

    @discardableResult
    func capture(_ on: Bool, session: UInt32 = Bench.session) -> PodStatus {
        ask(.capture, le(session) + [on ? 1 : 0]).status
    }

    @discardableResult
    func light(_ channel: LightChannel, _ permille: UInt16, session: UInt32 = Bench.session) -> PodStatus {
        ask(.light, le(session) + [channel.rawValue] + le(permille)).status
    }

    func edge(_ input: PodInput, _ pressed: Bool) {
        if pressed { board.pressed.insert(input) } else { board.pressed.remove(input) }
        pod.edge(input, pressed: pressed, at: board.micros)
    }

    func frame() { pod.frame(at: board.micros) }

    /// Events so far: type, a, b, number, time.
    func events() -> [Event] {
        var found: [Event] = []
        while let packet = pod.nextEvent() { found.append(Event(packet)) }
        return found
    }

    struct Event: Equatable {
        let type: PodEvent?
        let a: UInt8
        let b: UInt8
        let number: UInt32
        let time: UInt64
    }
}

func le<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

func number(_ bytes: some Collection<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }

extension Packet { var bytes: [UInt8] { (0..<count).map { self[$0] } } }

extension Bench.Answer {
    init(_ packet: Packet) {
        let bytes = packet.bytes
        type = bytes[1]
        sequence = UInt16(number(bytes[2..<4]))
        status = PodStatus(rawValue: UInt16(number(bytes[6..<8]))) ?? .unknown
        payload = Array(bytes[8...])
    }
}

extension Bench.Event {
    init(_ packet: Packet) {
        let bytes = packet.bytes
        type = PodEvent(rawValue: bytes[1])
        (a, b) = (bytes[8], bytes[9])
        number = UInt32(PodCoreTests.number(bytes[12..<16]))
        time = PodCoreTests.number(bytes[16..<24])
    }
}

extension Bench {
    /// The board starts anew, as after a restart.
    func restart() { pod = Pod(BenchHardware(board: board)) }
}
