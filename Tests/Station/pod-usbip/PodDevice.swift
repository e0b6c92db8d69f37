import PodBoard
import PodCore
import PodUSB
import USBIP

/// What the pod does wrong, for tests of the host.
enum Fault: String {
    /// No reply is ever ready.
    case silence
    /// The endpoint of the replies is halted.
    case stall
    /// Each reply is longer than a packet.
    case babble
    /// Each reply is 24 times the same byte.
    case garbage
}

/// The firmware's own USB device on a board in memory. Without a host it has no power: each host finds it freshly started.
struct PodDevice: USBIPDevice, ~Copyable {
    let speed = USBIPSpeed.full
    let deviceDescriptor: [UInt8]
    let configurationDescriptor: [UInt8]
    private let board: SimulatedBoard
    private var device: USBDevice<BoardWires>
    private var fault: Fault?
    /// How many bytes of which outgoing transfer the pod has taken: the rest waits until it is ready again.
    private var taken = (sequence: UInt32(0), bytes: 0)
    private var lastLook = ContinuousClock.now
    /// A pod is a machine of its own; here it stands still with everything else. Until then it does not look at its clock.
    private var quietUntil = ContinuousClock.now
    private var reports: [String] = []

    init(_ board: SimulatedBoard) {
        self.board = board
        var device = USBDevice(BoardWires(board))
        device.busReset()
        deviceDescriptor = device.descriptor(kind: 1)
        configurationDescriptor = device.descriptor(kind: 2)
        self.device = device
        _ = board.takeWords()
    }

    mutating func reset(at now: ContinuousClock.Instant) {
        // The net falls with the power; what a board in memory holds has to be told.
        device.busReset()
        board.restart()
        device = USBDevice(BoardWires(board))
        device.busReset()
        // The kernel's own host controller (vhci) gives the address and tells nobody.
        _ = device.control([0, 5, 2, 0, 0, 0, 0, 0])
    }

    private mutating func poll(at now: ContinuousClock.Instant) {
        if now >= quietUntil { device.poll() }
    }

    mutating func hasLeft() -> Bool { board.now.restart != nil }

    mutating func answer(_ transfer: Transfer, at now: ContinuousClock.Instant) throws(WireError) -> Reply? {
        poll(at: now)
        switch (transfer.endpoint, transfer.incoming) {
        case (0, _):
            guard let data = device.control(transfer.setup.bytes.block) else { return .stalled(transfer) }
            return transfer.incoming ? .sent((0..<data.count).map { data[$0] }, to: transfer) : .taken(transfer)
        case (1, false): return take(transfer)
        case (1, true):
            switch fault {
            case nil: return send(.replies, transfer)
            case .silence: return nil
            case .stall: return .stalled(transfer)
            case .babble: return .babbled([UInt8](repeating: 1, count: transfer.length), to: transfer)
            case .garbage: return .sent([UInt8](repeating: 0xA5, count: 24), to: transfer)
            }
        case (2, true): return send(.events, transfer)
        default: return .stalled(transfer)
        }
    }

    /// Hands the pod the host's bytes packet by packet, as the bus does.
    private mutating func take(_ transfer: Transfer) -> Reply? {
        if taken.sequence != transfer.sequence { taken = (transfer.sequence, 0) }
        repeat {
            if device.isHalted(.requests) { return .stalled(transfer) }
            guard device.isReady(.requests) else { return nil }
            let packet = Array(transfer.data.dropFirst(taken.bytes).prefix(USBPacket.capacity))
            device.received(.requests, packet.span)
            taken.bytes += packet.count
        } while taken.bytes < transfer.data.count
        return .taken(transfer)
    }

    /// Each packet of the pod is a short one, which ends the host's transfer.
    private mutating func send(_ endpoint: USBEndpoint, _ transfer: Transfer) -> Reply? {
        if device.isHalted(endpoint) { return .stalled(transfer) }
        guard let packet = device.nextPacket(endpoint) else { return nil }
        device.sent(endpoint)
        let bytes = (0..<packet.count).map { packet[$0] }
        if endpoint == .events, bytes[1] == PodEvent.safety.rawValue,
            bytes[MessageHeader.size] == PodFault.leaseExpired.rawValue
        {
            reports.append("lease over")
        }
        return bytes.count > transfer.length ? .babbled(bytes, to: transfer) : .sent(bytes, to: transfer)
    }

    /// A hundred looks a second: the firmware's own loop has many more, but an emulated machine would do little else.
    mutating func pause(waiting: [Transfer], at now: ContinuousClock.Instant) -> Duration? {
        let still = now - lastLook
        lastLook = now
        if still > .milliseconds(500) { reports.append("stood still for \(Int(still / .milliseconds(1))) ms") }
        // The host stood still as well, and comes first: so much time is given back.
        if still > .milliseconds(100) { quietUntil = now + min(still, .seconds(2)) }
        poll(at: now)
        return .milliseconds(10)
    }

    mutating func obey(_ words: [Substring], at now: ContinuousClock.Instant) -> Obedience {
        switch (words.first, words.dropFirst().first) {
        case ("press", .some(let name)): return edge(name, pressed: true)
        case ("release", .some(let name)): return edge(name, pressed: false)
        case ("open", "lid"): board.change { $0.isOpen = true }
        case ("close", "lid"): board.change { $0.isOpen = false }
        case ("lamp", "broken"): board.change { $0.isLampSound = false }
        case ("lamp", "stuck"): board.change { $0.isLampStuck = true }
        case ("lamp", "sound"): board.change { ($0.isLampSound, $0.isLampStuck) = (true, false) }
        case ("frame", nil): device.pod.frame(at: board.micros)
        case ("fault", "none"): fault = nil
        case ("fault", .some(let name)):
            guard let kind = Fault(rawValue: String(name)) else { return .notUnderstood }
            fault = kind
        default: return .notUnderstood
        }
        return .done
    }

    private mutating func edge(_ name: Substring, pressed: Bool) -> Obedience {
        let input: PodInput
        switch name {
        case "pedal": input = .pedal
        case "hand": input = .hand
        default: return .notUnderstood
        }
        board.change { wires in
            if pressed { wires.pressed.insert(input) } else { wires.pressed.remove(input) }
        }
        // As the board's interrupt does: the edge has its own time.
        device.pod.edge(input, pressed: pressed, at: board.micros)
        return .done
    }

    mutating func takeReports() -> [String] {
        defer { reports = [] }
        return board.takeWords() + reports
    }
}

extension USBDevice where Board: ~Copyable {
    /// What a host gets of GET_DESCRIPTOR before it has given an address.
    fileprivate mutating func descriptor(kind: UInt8) -> [UInt8] {
        guard let data = control([0x80, 6, 0, kind, 0, 0, 0xFF, 0]) else { return [] }
        return (0..<data.count).map { data[$0] }
    }
}

extension [UInt8] {
    /// - Precondition: exactly eight.
    fileprivate var block: [8 of UInt8] { .init { self[$0] } }
}
