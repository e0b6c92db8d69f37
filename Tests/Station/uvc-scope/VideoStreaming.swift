import USBIP

/// The VideoStreaming interface: the video, the stills, and the two endpoints they leave by.
struct VideoStreaming {
    /// The wMaxPacketSize, times transactions, of the isochronous endpoint in each alternate setting.
    static let packetSizes = [0, 1024, VideoTransfer.mostIsochronous]

    let transfer: VideoTransfer
    var stream: Stream
    var fault: Fault?
    private(set) var still: StillCapture?
    var reports: [String] = []
    /// Of the alternate setting that the host has set.
    private(set) var packetSize = 0
    /// Of the endpoint of stills; on the video's endpoint, a still takes its turn among the frames.
    private var stillFrameID = FrameID()

    init(transfer: VideoTransfer, stream: Stream, still: StillCapture?, fault: Fault?) {
        (self.transfer, self.stream, self.still, self.fault) = (transfer, stream, still, fault)
    }

    mutating func takeReports() -> [String] {
        defer { reports = [] }
        return reports
    }

    mutating func reset() {
        stop()
        stream.reset()
        still?.reset()
        packetSize = 0
    }

    mutating func commit(at now: ContinuousClock.Instant) {
        stream.commit()
        if transfer == .bulk { start(at: now) }
    }

    /// An isochronous stream begins and ends with the alternate setting; setting one again is a new start.
    mutating func select(alternate: Int, at now: ContinuousClock.Instant) {
        guard transfer == .isochronous else { return }
        stop()
        clearStillHalt()
        packetSize = Self.packetSizes[alternate]
        if packetSize > 0, stream.state == .committed { start(at: now) }
    }

    /// CLEAR_FEATURE ENDPOINT_HALT. UVC names no stop for bulk video; hosts say it with this.
    mutating func clearHalt(endpoint: UInt16) {
        switch endpoint {
        case UInt16(Descriptors.videoEndpoint) where transfer == .bulk || isVideoHalted: stop()
        case UInt16(Descriptors.stillEndpoint) where still?.method == .third: clearStillHalt()
        default: break
        }
    }

    mutating func commitStill() { still?.commit() }

    /// Obeys a value of VS_STILL_IMAGE_TRIGGER_CONTROL.
    ///
    /// - Returns: whether the camera takes it now.
    mutating func trigger(_ value: UInt8) -> Bool {
        guard let still, still.state != .uncommitted else { return false }
        switch value {
        case 3:
            withStill { $0.abort(&$1) }
            return true
        case still.method.trigger where still.method == .third || stream.isRunning:
            guard withStill({ $0.begin(&$1) }) == true else { return false }
            reports.append("still triggered")
            return true
        default: return false
        }
    }

    private mutating func start(at now: ContinuousClock.Instant) {
        stream.start(at: now)
        reports.append("stream started")
    }

    private mutating func stop() {
        if stream.isRunning { reports.append("stream stopped after \(stream.frames) frames") }
        stream.stop()
        if still?.method == .second {
            withStill { $0.abort(&$1) }
            clearStillHalt()
        }
    }

    private mutating func clearStillHalt() { withStill { $0.clearHalt(&$1) } }

    /// Changes the still together with the frame ID of the endpoint that carries it.
    @discardableResult
    mutating func withStill<Result>(_ body: (inout StillCapture, inout FrameID) -> Result) -> Result? {
        guard var still else { return nil }
        defer { self.still = still }
        return switch still.method {
        case .second: body(&still, &stream.frameID)
        case .third: body(&still, &stillFrameID)
        }
    }
}
