import USBIP

/// The camera itself: answers control transfers, streams pictures, takes stills, reports its button.
struct Scope: USBIPDevice {
    /// More presses than a host that listens leaves waiting.
    static let mostPresses = 64

    let speed = USBIPSpeed.high
    let isochronousEndpoints: Set<UInt32>
    private var requests: StandardRequests
    private let controls: StreamingControls
    private var streaming: VideoStreaming
    private var presses: [[UInt8]] = []

    var deviceDescriptor: [UInt8] { requests.device }
    var configurationDescriptor: [UInt8] { requests.configuration }

    /// - Parameter interval: time from frame to frame in units of 100 ns.
    init(name: String, serial: String, interval: UInt32, streaming: VideoStreaming) {
        let (size, still, transfer) = (streaming.stream.pictures[0].size, streaming.still, streaming.transfer)
        let interface = StreamingDescriptors(
            size: size, interval: interval, transfer: transfer,
            still: still.map { ($0.method, $0.picture.size) })
        requests = Descriptors.requests(name: name, serial: serial, streaming: interface)
        controls = StreamingControls(size: size, interval: interval, transfer: transfer, still: still?.picture)
        isochronousEndpoints = transfer == .isochronous ? [UInt32(Descriptors.videoEndpoint & 0x0f)] : []
        self.streaming = streaming
    }

    mutating func takeReports() -> [String] { streaming.takeReports() }

    mutating func reset(at now: ContinuousClock.Instant) {
        streaming.reset()
        presses = []
        requests.reset()
    }

    mutating func answer(_ transfer: Transfer, at now: ContinuousClock.Instant) throws(WireError) -> Reply? {
        if transfer.endpoint == 0 { return control(transfer, at: now) }
        switch transfer.address {
        case Descriptors.videoEndpoint: return try streaming.answerVideo(transfer, at: now)
        case Descriptors.stillEndpoint: return try streaming.answerStill(transfer)
        case Descriptors.statusEndpoint:
            guard transfer.length >= 4 else { throw .length(UInt32(transfer.length)) }
            return presses.isEmpty ? nil : .sent(presses.removeFirst(), to: transfer)
        default: return .stalled(transfer)
        }
    }

    func pause(waiting: [Transfer], at now: ContinuousClock.Instant) -> Duration? {
        waiting.compactMap { streaming.pause($0, at: now) }.min()
    }

    mutating func obey(_ words: [Substring], at now: ContinuousClock.Instant) -> Obedience {
        switch (words.first, words.dropFirst().first) {
        case ("press", nil): button(pressed: true)
        case ("release", nil): button(pressed: false)
        case ("cycle", nil): streaming.stream.order = .cycle
        case ("fault", "none"): streaming.fault = nil
        case ("fault", .some(let name)):
            guard let fault = Fault(rawValue: String(name)) else { return .notUnderstood }
            streaming.fault = fault
        case ("picture", .some(let text)):
            guard let number = Int(text), streaming.stream.pictures.indices.contains(number) else {
                return .notUnderstood
            }
            streaming.stream.order = .only(number)
        default: return .notUnderstood
        }
        return .done
    }

    /// Reports a change of the snapshot button (UVC 1.0, 2.4.2.2): VideoStreaming interface 1, button event.
    private mutating func button(pressed: Bool) {
        if presses.count < Self.mostPresses { presses.append([2, 1, 0, pressed ? 1 : 0]) }
    }

    private mutating func control(_ transfer: Transfer, at now: ContinuousClock.Instant) -> Reply {
        let setup = transfer.setup
        switch (setup.kind, setup.request) {
        case (0x02, 0x01):
            streaming.clearHalt(endpoint: setup.index)
            return .taken(transfer)
        case (0x01, 0x0b) where setup.index == 1 && requests.hasAlternate(setup.value, ofInterface: 1):
            streaming.select(alternate: Int(setup.value), at: now)
            return requests.answer(transfer)
        case (0x00, 0x09):
            // All interfaces begin anew.
            streaming.reset()
            return requests.answer(transfer)
        case (0x21, 0x01), (0xa1, _): return controls.answer(transfer, &streaming, at: now)
        default: return requests.answer(transfer)
        }
    }
}
