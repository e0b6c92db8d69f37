/// Which picture a frame shows.
enum Order: Equatable {
    case cycle
    /// Each picture once, then the last for ever.
    case hold
    /// This one only.
    case only(Int)
}

/// The video: frames cut into payloads (USB Device Class Definition for Video Devices 1.0, 2.4.3).
struct Stream {
    enum State: Equatable {
        /// The host has committed to nothing.
        case idle
        case committed, sending, halted
    }

    let pictures: [Picture]
    let interval: Duration
    var order: Order
    /// A still that interrupts the video takes its turn.
    var frameID = FrameID()
    private(set) var state = State.idle
    /// Complete frames since the stream began.
    private(set) var frames = 0
    private var shown = 0
    private var offset = 0
    private var due = ContinuousClock.now

    init(pictures: [Picture], interval: Duration, order: Order) {
        self.pictures = pictures
        self.interval = interval
        self.order = order
    }

    /// Whether frames are sent, or would be if the endpoint were not halted.
    var isRunning: Bool { state == .sending || state == .halted }

    /// Whether something else may be sent without cutting a frame in two.
    var isBetweenFrames: Bool { offset == 0 }

    mutating func commit() {
        if !isRunning { state = .committed }
    }

    mutating func start(at now: ContinuousClock.Instant) {
        state = .sending
        (frames, offset, due) = (0, 0, now)
    }

    mutating func stop() {
        if isRunning { (state, offset) = (.committed, 0) }
    }

    mutating func reset() { (state, offset) = (.idle, 0) }

    /// How long until the next payload may be sent; nil while nothing is to be sent at all.
    func pause(at now: ContinuousClock.Instant) -> Duration? {
        switch state {
        case .idle, .committed: nil
        case .halted: .zero
        case .sending: max(.zero, now.duration(to: due))
        }
    }

    /// The next payload of at most `room` bytes; nil when the endpoint is halted.
    mutating func payload(room: Int, fault: Fault?, at now: ContinuousClock.Instant) -> [UInt8]? {
        guard state == .sending else { return nil }
        let picture = pictures[index].bytes
        let end = fault == .wrongLength ? picture.count * 2 / 3 : picture.count
        if fault == .stall, offset >= picture.count / 2 {
            state = .halted
            return nil
        }
        let most = room - PayloadHeader.length
        let part = picture[min(offset, end)..<min(offset + most, end)]
        let last = offset + most >= end
        var header = frameID.mark
        if last, fault != .noEnd { header.insert(.endOfFrame) }
        let isBad = fault == .badHeader && (offset..<offset + most).contains(picture.count / 2)
        offset += most
        if last { finishFrame(at: now) }
        return header.bytes(isBad: isBad) + part
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
        frameID.toggle()
        due = max(due + interval, now)
    }
}
