public import PodCore

/// The pod as a device on USB: answers what every device is asked (USB 2.0, chapter 9) and carries messages between the host
/// and `Pod`.
///
/// It waits for nothing and calls nobody: whoever drives the bus, the chip's controller or a USB/IP server, says what came
/// (`setup`, `received`, `sent`, `busReset`, `suspend`) and takes what is to go (`nextPacket`), and calls `poll` at least a
/// thousand times a second.
public struct USBDevice<Board: USBBoard & ~Copyable>: ~Copyable {
    /// The rules. Edges of switches and frames go to it directly.
    public var pod: Pod<Board>
    var state = BusState.fresh
    var stage = ControlStage.idle
    var data = ControlData()
    /// Bytes that the host takes at most in this control transfer.
    var asked = 0
    private var halted: [3 of Bool] = .init(repeating: false)
    private var reply: Packet?
    private var event: Packet?

    public init(_ board: consuming Board) { pod = Pod(board) }

    /// Whether the host has set the configuration, and so can use the pod.
    public var isConfigured: Bool { state == .configured }

    /// Lets the pod look at everything that time changes.
    public mutating func poll() { pod.poll() }

    /// The bus was reset: the device has no address and no configuration, and what a lease held is dark.
    public mutating func busReset() {
        pod.hostLeft()
        stage = .idle
        close(to: .fresh)
        pod.hardware.setAddress(0)
    }

    /// The bus is still for three milliseconds: the host sleeps or is gone, so everything goes dark without waiting for the
    /// lease. Waking up needs nothing: a session takes its lease anew.
    public mutating func suspend() { pod.hostLeft() }

    /// Whether a packet from the host can be taken now; otherwise it is to wait (NAK).
    ///
    /// A second request waits until the host has fetched the reply to the first.
    public func isReady(_ endpoint: USBEndpoint) -> Bool {
        switch endpoint {
        case .control:
            switch stage {
            case .sending, .sent: true
            case .idle, .confirming, .stalled: false
            }
        case .requests: isConfigured && !isHalted(.requests) && reply == nil
        case .replies, .events: false
        }
    }

    /// A packet came from the host, with its data toggle in order. One that is not ready for is lost.
    ///
    /// - Parameter bytes: one packet; anything at all.
    public mutating func received(_ endpoint: USBEndpoint, _ bytes: Span<UInt8>) {
        guard isReady(endpoint) else { return }
        switch endpoint {
        // The host's last word, which may come before it has all data.
        case .control: stage = .idle
        case .requests: reply = pod.answer(bytes)
        case .replies, .events: break
        }
    }

    /// What the host gets when it asks here next, nil to let it wait (NAK). The same again until `sent` says that it has it.
    public mutating func nextPacket(_ endpoint: USBEndpoint) -> USBPacket? {
        switch endpoint {
        case .control: return nextControlPacket()
        case .requests: return nil
        case .replies:
            guard isConfigured, !isHalted(.replies), let reply else { return nil }
            return USBPacket(reply)
        case .events:
            guard isConfigured, !isHalted(.events) else { return nil }
            if event == nil { event = pod.nextEvent() }
            guard let event else { return nil }
            return USBPacket(event)
        }
    }

    /// The host has taken the packet of this endpoint.
    public mutating func sent(_ endpoint: USBEndpoint) {
        switch endpoint {
        case .control: controlPacketSent()
        case .requests: break
        case .replies: reply = nil
        case .events: event = nil
        }
    }

    /// Whether the endpoint answers STALL.
    public func isHalted(_ endpoint: USBEndpoint) -> Bool {
        guard let place = endpoint.place else { return stage == .stalled }
        return halted[place]
    }

    mutating func halt(_ endpoint: USBEndpoint, _ isHalted: Bool) {
        guard let place = endpoint.place else { return }
        halted[place] = isHalted
        pod.hardware.setHalt(endpoint, isHalted)
    }

    /// The endpoints begin anew; a reply that waited was for another conversation. Events are the pod's own, and stay.
    mutating func open() {
        reset()
        state = .configured
        pod.hardware.openEndpoints(true)
    }

    mutating func close(to state: BusState) {
        reset()
        self.state = state
        pod.hardware.openEndpoints(false)
    }

    private mutating func reset() {
        for place in 0..<3 { halted[place] = false }
        reply = nil
    }
}
