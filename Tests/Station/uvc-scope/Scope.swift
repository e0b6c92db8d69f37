/// The camera itself: answers control transfers, streams pictures, reports its button. Knows nothing of sockets.
struct Scope {
    /// More transfers than any host keeps in flight.
    static let mostWaiting = 64
    static let busID = "1-1"

    enum Event: Equatable {
        case streamStarted
        case streamStopped(frames: Int)
    }

    let descriptors: Descriptors
    var stream: Stream
    private(set) var events: [Event] = []
    private var waiting: [Transfer] = []
    private var presses: [[UInt8]] = []
    private var negotiated: [UInt8]
    private var configured: UInt8 = 0

    /// - Parameter interval: time from frame to frame in units of 100 ns.
    init(name: String, serial: String, size: PictureSize, interval: UInt32, stream: Stream) {
        descriptors = Descriptors(name: name, serial: serial, size: size, interval: interval)
        self.stream = stream
        // Probe and commit controls (UVC 1.0, 4.3.1.1), 26 bytes.
        var probe: [UInt8] = [0, 0, 1, 1]
        probe.append(littleEndian: interval, bytes: 4)
        probe += [UInt8](repeating: 0, count: 10)
        for _ in 0..<2 { probe.append(littleEndian: UInt32(size.frameBytes), bytes: 4) }
        negotiated = probe
    }

    /// Reports a change of the snapshot button (UVC 1.0, 2.4.2.2): VideoStreaming interface 1, button event.
    mutating func button(pressed: Bool) {
        if presses.count < Self.mostWaiting { presses.append([2, 1, 0, pressed ? 1 : 0]) }
    }

    mutating func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }

    /// A host took the device or let go of it.
    mutating func reset() {
        stopStream()
        waiting = []
        presses = []
        configured = 0
    }

    /// Answers at once, or keeps the transfer until there is something to send.
    mutating func take(_ transfer: Transfer, at now: ContinuousClock.Instant) throws(WireError) -> Reply? {
        switch (transfer.endpoint, transfer.incoming) {
        case (0, _): return control(transfer, at: now)
        case (1, true), (3, true):
            guard waiting.count < Self.mostWaiting, transfer.length >= 4 else {
                throw .length(UInt32(transfer.length))
            }
            waiting.append(transfer)
            return nil
        default: return .stalled(transfer)
        }
    }

    /// Forgets a waiting transfer.
    ///
    /// - Returns: whether it was still waiting.
    mutating func unlink(_ sequence: UInt32) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.sequence == sequence }) else { return false }
        waiting.remove(at: index)
        return true
    }

    /// Everything that can be answered now.
    mutating func due(at now: ContinuousClock.Instant) -> [Reply] {
        var replies: [Reply] = []
        while !presses.isEmpty, let index = waiting.firstIndex(where: { $0.endpoint == 3 }) {
            replies.append(.sent(presses.removeFirst(), to: waiting.remove(at: index)))
        }
        while stream.pause(at: now) == .zero, let index = waiting.firstIndex(where: { $0.endpoint == 1 }) {
            let transfer = waiting.remove(at: index)
            if let payload = stream.payload(room: transfer.length, at: now) {
                replies.append(.sent(payload, to: transfer))
            } else {
                replies.append(.stalled(transfer))
            }
        }
        return replies
    }

    /// How long until `due` has more; nil when only the host can change that.
    func pause(at now: ContinuousClock.Instant) -> Duration? {
        waiting.contains { $0.endpoint == 1 } ? stream.pause(at: now) : nil
    }

    private mutating func stopStream() {
        if stream.state != .idle { events.append(.streamStopped(frames: stream.frames)) }
        stream.stop()
    }

    private mutating func control(_ transfer: Transfer, at now: ContinuousClock.Instant) -> Reply {
        let setup = transfer.setup
        switch (setup.kind, setup.request) {
        case (0x80, 0x00), (0x81, 0x00), (0x82, 0x00): return .sent([0, 0], to: transfer)
        case (0x80, 0x06):
            guard let bytes = descriptor(setup.value) else { return .stalled(transfer) }
            return .sent(Array(bytes.prefix(Int(setup.length))), to: transfer)
        case (0x80, 0x08): return .sent([configured], to: transfer)
        case (0x00, 0x09):
            configured = UInt8(truncatingIfNeeded: setup.value)
            return .taken(transfer)
        case (0x81, 0x0a): return .sent([0], to: transfer)
        case (0x01, 0x0b) where setup.value == 0: return .taken(transfer)
        case (0x02, 0x01):
            // UVC names no stop for bulk; hosts say it by clearing the halt of the streaming endpoint.
            if setup.index == UInt16(Descriptors.bulkEndpoint) { stopStream() }
            return .taken(transfer)
        case (0x21, 0x01), (0xa1, _): return streaming(transfer, at: now)
        default: return .stalled(transfer)
        }
    }

    private func descriptor(_ value: UInt16) -> [UInt8]? {
        switch value >> 8 {
        case 1: descriptors.device
        case 2 where value & 0xff == 0: descriptors.configuration
        case 3: descriptors.text(Int(value & 0xff))
        default: nil
        }
    }

    /// Probe and commit on the VideoStreaming interface (UVC 1.0, 4.3.1): one format, one frame, so the answer is fixed.
    private mutating func streaming(_ transfer: Transfer, at now: ContinuousClock.Instant) -> Reply {
        let setup = transfer.setup
        let selector = setup.value >> 8
        guard setup.index == 1, selector == 1 || selector == 2 else { return .stalled(transfer) }
        switch setup.request {
        case 0x01:
            guard transfer.data.count == negotiated.count else { return .stalled(transfer) }
            if selector == 2 {
                stream.start(at: now)
                events.append(.streamStarted)
            }
            return .taken(transfer)
        case 0x81, 0x82, 0x83, 0x87: return .sent(negotiated, to: transfer)
        case 0x85: return .sent([UInt8(negotiated.count), 0], to: transfer)
        case 0x86: return .sent([3], to: transfer)
        default: return .stalled(transfer)
        }
    }
}
