import USBIP

/// The camera itself: answers control transfers, streams pictures, reports its button.
struct Scope: USBIPDevice {
    /// More presses than a host that listens leaves waiting.
    static let mostPresses = 64

    let speed = USBIPSpeed.high
    private var requests: StandardRequests
    private var stream: Stream
    private var reports: [String] = []
    private var presses: [[UInt8]] = []
    private let negotiated: [UInt8]

    var deviceDescriptor: [UInt8] { requests.device }
    var configurationDescriptor: [UInt8] { requests.configuration }

    /// - Parameter interval: time from frame to frame in units of 100 ns.
    init(name: String, serial: String, size: PictureSize, interval: UInt32, stream: Stream) {
        requests = Descriptors.requests(name: name, serial: serial, size: size, interval: interval)
        self.stream = stream
        // Probe and commit controls (UVC 1.0, 4.3.1.1), 26 bytes.
        var probe: [UInt8] = [0, 0, 1, 1]
        probe.append(littleEndian: interval, bytes: 4)
        probe += [UInt8](repeating: 0, count: 10)
        for _ in 0..<2 { probe.append(littleEndian: UInt32(size.frameBytes), bytes: 4) }
        negotiated = probe
    }

    mutating func takeReports() -> [String] {
        defer { reports = [] }
        return reports
    }

    mutating func reset(at now: ContinuousClock.Instant) {
        stopStream()
        presses = []
        requests.reset()
    }

    mutating func answer(_ transfer: Transfer, at now: ContinuousClock.Instant) throws(WireError) -> Reply? {
        switch (transfer.endpoint, transfer.incoming) {
        case (0, _): return control(transfer, at: now)
        case (1, true):
            guard transfer.length >= 4 else { throw .length(UInt32(transfer.length)) }
            guard stream.pause(at: now) == .zero else { return nil }
            guard let payload = stream.payload(room: transfer.length, at: now) else { return .stalled(transfer) }
            return .sent(payload, to: transfer)
        case (3, true):
            guard transfer.length >= 4 else { throw .length(UInt32(transfer.length)) }
            return presses.isEmpty ? nil : .sent(presses.removeFirst(), to: transfer)
        default: return .stalled(transfer)
        }
    }

    func pause(waiting: [Transfer], at now: ContinuousClock.Instant) -> Duration? {
        waiting.contains { $0.endpoint == 1 } ? stream.pause(at: now) : nil
    }

    mutating func obey(_ words: [Substring], at now: ContinuousClock.Instant) -> Obedience {
        switch (words.first, words.dropFirst().first) {
        case ("press", nil): button(pressed: true)
        case ("release", nil): button(pressed: false)
        case ("cycle", nil): stream.order = .cycle
        case ("fault", "none"): stream.fault = nil
        case ("fault", .some(let name)):
            guard let fault = Fault(rawValue: String(name)) else { return .notUnderstood }
            stream.fault = fault
        case ("picture", .some(let text)):
            guard let number = Int(text), stream.pictures.indices.contains(number) else { return .notUnderstood }
            stream.order = .only(number)
        default: return .notUnderstood
        }
        return .done
    }

    /// Reports a change of the snapshot button (UVC 1.0, 2.4.2.2): VideoStreaming interface 1, button event.
    private mutating func button(pressed: Bool) {
        if presses.count < Self.mostPresses { presses.append([2, 1, 0, pressed ? 1 : 0]) }
    }

    private mutating func stopStream() {
        if stream.state != .idle { reports.append("stream stopped after \(stream.frames) frames") }
        stream.stop()
    }

    private mutating func control(_ transfer: Transfer, at now: ContinuousClock.Instant) -> Reply {
        let setup = transfer.setup
        switch (setup.kind, setup.request) {
        case (0x02, 0x01):
            // UVC names no stop for bulk; hosts say it by clearing the halt of the streaming endpoint.
            if setup.index == UInt16(Descriptors.bulkEndpoint) { stopStream() }
            return .taken(transfer)
        case (0x21, 0x01), (0xa1, _): return streaming(transfer, at: now)
        default: return requests.answer(transfer)
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
                reports.append("stream started")
            }
            return .taken(transfer)
        case 0x81, 0x82, 0x83, 0x87: return .sent(negotiated, to: transfer)
        case 0x85: return .sent([UInt8(negotiated.count), 0], to: transfer)
        case 0x86: return .sent([3], to: transfer)
        default: return .stalled(transfer)
        }
    }
}
