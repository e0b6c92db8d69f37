import Linux
import PodBoard
import PodCore
import Synchronization
import Testing
import USB

@testable import Pod

/// The firmware's own rules on a board in memory, looked at a thousand times a second, and messages carried to them without
/// a cable.
final class RealPod: Sendable {
    let board: SimulatedBoard
    private let pod: Mutex<PodCore.Pod<BoardWires>>
    private let isOver = Mutex(false)

    init(serial: UInt64 = 0x0123_4567_89AB_CDEF) throws {
        let board = SimulatedBoard(serial: serial)
        self.board = board
        pod = Mutex(PodCore.Pod(BoardWires(board)))
        try startThread { [self] in
            var (last, quietUntil) = (Clock.monotonic(), Int64.min)
            while !isOver.withLock({ $0 }) {
                let now = Clock.monotonic()
                // What keeps this thread from looking keeps the driver's from asking: it gets as much time again.
                if now - last > 100_000_000 { quietUntil = now + min(now - last, 2_000_000_000) }
                last = now
                if now >= quietUntil { pod.withLock { $0.poll() } }
                wait(milliseconds: 1)
            }
        }
    }

    func end() { isOver.withLock { $0 = true } }

    func answer(_ bytes: [UInt8]) -> [UInt8] { pod.withLock { Self.bytes($0.answer(bytes.span)) } }

    func nextEvent() -> [UInt8]? { pod.withLock { $0.nextEvent().map(Self.bytes) } }

    func press(_ input: PodInput, _ pressed: Bool) {
        board.change { wires in
            if pressed { wires.pressed.insert(input) } else { wires.pressed.remove(input) }
        }
        // As the board's interrupt does: the edge has its own time.
        pod.withLock { $0.edge(input, pressed: pressed, at: board.micros) }
    }

    private static func bytes(_ packet: Packet) -> [UInt8] { (0..<packet.count).map { packet[$0] } }
}

/// The cable of one pod: it can be pulled, and what it carries can be changed on the way.
final class Cable: PodTransport {
    typealias Change = @Sendable ([UInt8]) -> [UInt8]?

    let serial: String?
    private let pod: RealPod
    private let changeReply: Change
    private let changeEvent: Change
    private let waiting = Mutex<[UInt8]?>(nil)
    private let ending = Mutex<USBError?>(nil)

    init(_ pod: RealPod, serial: String?, reply: @escaping Change, event: @escaping Change) {
        (self.pod, self.serial, changeReply, changeEvent) = (pod, serial, reply, event)
    }

    func send(_ message: [UInt8]) throws(USBError) {
        try requireCable()
        let reply = changeReply(pod.answer(message))
        waiting.withLock { $0 = reply }
    }

    func reply() throws(USBError) -> [UInt8] {
        try requireCable()
        let reply = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        guard let reply else { throw .timedOut(moved: 0) }
        return reply
    }

    func event() throws(USBError) -> [UInt8] {
        while true {
            try requireCable()
            if let event = pod.nextEvent(), let changed = changeEvent(event) { return changed }
            wait(milliseconds: 1)
        }
    }

    func cancel() { end(.cancelled) }

    func pull() { end(.gone) }

    private func end(_ error: USBError) { ending.withLock { $0 = $0 ?? error } }

    private func requireCable() throws(USBError) {
        if let error = ending.withLock({ $0 }) { throw error }
    }
}

/// A socket into which tests plug pods.
final class Socket: PodDoor {
    private let bell: Bell
    private let plugged = Mutex<(pod: RealPod, serial: String?)?>(nil)
    private let cable = Mutex<Cable?>(nil)
    private let changeReply: Cable.Change
    private let changeEvent: Cable.Change
    let openings = Mutex(0)

    init(reply: @escaping Cable.Change = { $0 }, event: @escaping Cable.Change = { $0 }) throws {
        bell = try Bell()
        (changeReply, changeEvent) = (reply, event)
    }

    var news: CInt? { bell.number }
    func takeNews() { bell.silence() }

    func open() throws(PodError) -> any PodTransport {
        openings.withLock { $0 += 1 }
        guard let (pod, serial) = plugged.withLock({ $0 }) else { throw .absent }
        let new = Cable(pod, serial: serial, reply: changeReply, event: changeEvent)
        cable.withLock { $0 = new }
        return new
    }

    func plug(_ pod: RealPod, serial: String? = "0123456789ABCDEF") {
        plugged.withLock { $0 = (pod, serial) }
        bell.ring()
    }

    func unplug() {
        plugged.withLock { $0 = nil }
        cable.withLock { $0?.pull() }
        bell.ring()
    }
}

/// A driver, the socket that it looks into, a pod, and everything that was pressed.
final class Bench: Sendable {
    let socket: Socket
    let pod: RealPod
    let driver: PodDriver
    private let heard: Heard

    private final class Heard: Sendable { let presses = Mutex<[PodPress]>([]) }

    init(
        plugged: Bool = true, lease: UInt16 = 2000, reply: @escaping Cable.Change = { $0 },
        event: @escaping Cable.Change = { $0 }
    ) throws {
        let heard = Heard()
        self.heard = heard
        pod = try RealPod()
        socket = try Socket(reply: reply, event: event)
        driver = try PodDriver(socket, lease: lease) { press in heard.presses.withLock { $0.append(press) } }
        if plugged { socket.plug(pod) }
        try driver.start()
    }

    deinit {
        driver.stop()
        pod.end()
    }

    var presses: [PodPress] { heard.presses.withLock { $0 } }

    var isHere: Bool { if case .here = driver.view.standing { true } else { false } }
    var isLeased: Bool { if case .here(_, _, true) = driver.view.standing { true } else { false } }

    var absence: PodError? { if case .away(let error) = driver.view.standing { error } else { nil } }

    var phase: PodPhase? {
        if case .here(_, let report, _) = driver.view.standing { report.standing.phase } else { nil }
    }
}

/// Waits until it is so, at most ten seconds.
func eventually(_ what: Comment? = nil, _ isSo: () -> Bool, _ location: SourceLocation = #_sourceLocation) {
    let end = Clock.monotonic() + 10_000_000_000
    while !isSo() {
        guard Clock.monotonic() < end else {
            Issue.record(what ?? "never so", sourceLocation: location)
            return
        }
        wait(milliseconds: 1)
    }
}
