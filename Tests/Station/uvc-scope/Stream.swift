/// What the camera does wrong, for tests of the host.
enum Fault: String, CaseIterable {
    /// A frame ends, marked as complete, after two thirds of its bytes.
    case wrongLength = "wrong-length"
    /// The last payload of a frame carries no end mark.
    case noEnd = "no-eof"
    /// The endpoint halts in the middle of a frame.
    case stall
}

/// Which picture a frame shows.
enum Order: Equatable {
    case cycle
    /// Each picture once, then the last for ever.
    case hold
    /// This one only.
    case only(Int)
}

/// The bulk endpoint: frames cut into payloads (USB Device Class Definition for Video Devices 1.0, 2.4.3).
struct Stream {
    enum State: Equatable { case idle, sending, halted }

    /// A payload is never a whole number of packets, so a short packet ends it and the host sees where it ends.
    static let mostPayload = 16384 - 2

    let pictures: [Picture]
    let interval: Duration
    var order: Order
    var fault: Fault?
    private(set) var state = State.idle
    /// Complete frames since the stream began.
    private(set) var frames = 0
    private var shown = 0
    private var offset = 0
    private var toggle: UInt8 = 0
    private var due = ContinuousClock.now

    init(pictures: [Picture], interval: Duration, order: Order, fault: Fault?) {
        self.pictures = pictures
        self.interval = interval
        self.order = order
        self.fault = fault
    }

    mutating func start(at now: ContinuousClock.Instant) {
        state = .sending
        (frames, offset, due) = (0, 0, now)
    }

    mutating func stop() { state = .idle }

    /// How long until the next payload may be sent; nil while nothing is to be sent at all.
    func pause(at now: ContinuousClock.Instant) -> Duration? {
        switch state {
        case .idle: nil
        case .halted: .zero
        case .sending: max(.zero, now.duration(to: due))
        }
    }

    /// The next payload of at most `room` bytes; nil when the endpoint is halted.
    mutating func payload(room: Int, at now: ContinuousClock.Instant) -> [UInt8]? {
        guard state == .sending else { return nil }
        let picture = pictures[index].bytes
        let end = fault == .wrongLength ? picture.count * 2 / 3 : picture.count
        if fault == .stall, offset >= picture.count / 2 {
            state = .halted
            return nil
        }
        let most = max(1, min(room - 1, Self.mostPayload) - 2)
        let part = picture[min(offset, end)..<min(offset + most, end)]
        let last = offset + most >= end
        let mark: UInt8 = last && fault != .noEnd ? 2 : 0
        let header: [UInt8] = [2, 0x80 | toggle | mark]
        offset += most
        if last { finishFrame(at: now) }
        return header + part
    }

    private var index: Int {
        switch order {
        case .cycle: shown % pictures.count
        case .hold: min(shown, pictures.count - 1)
        case .only(let number): number
        }
    }

    private mutating func finishFrame(at now: ContinuousClock.Instant) {
        frames += 1
        shown += 1
        offset = 0
        toggle ^= 1
        due = max(due + interval, now)
    }
}
