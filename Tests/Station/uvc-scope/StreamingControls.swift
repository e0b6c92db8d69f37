import USBIP

/// The controls of the VideoStreaming interface (UVC 1.1, 4.3.1): there is one format, one frame and one still, so what
/// the probes answer is fixed.
struct StreamingControls {
    /// VS_PROBE_CONTROL and VS_COMMIT_CONTROL of UVC 1.0, 26 bytes.
    private let video: [UInt8]
    /// VS_STILL_PROBE_CONTROL and VS_STILL_COMMIT_CONTROL, 11 bytes; nil for a camera that takes no stills.
    private let still: (picture: Picture, mostPayload: Int)?

    /// - Parameter interval: time from frame to frame in units of 100 ns.
    init(size: PictureSize, interval: UInt32, transfer: VideoTransfer, still: Picture?) {
        // bmHint 0, then format 1 and frame 1.
        var probe: [UInt8] = [0, 0, 1, 1]
        probe.append(littleEndian: interval, bytes: 4)
        probe += [UInt8](repeating: 0, count: 10)
        for most in [size.frameBytes, transfer.mostPayload(of: size)] {
            probe.append(littleEndian: UInt32(most), bytes: 4)
        }
        video = probe
        self.still = still.map { ($0, transfer.mostPayload(of: $0.size)) }
    }

    /// Answers a class request to the interface.
    func answer(_ request: Transfer, _ streaming: inout VideoStreaming, at now: ContinuousClock.Instant) -> Reply {
        let setup = request.setup
        guard setup.index == 1 else { return .stalled(request) }
        switch (setup.value >> 8, setup.request, stillProbe(streaming.fault)) {
        case (1...2, 0x01, _):
            guard request.data.count == video.count else { return .stalled(request) }
            if setup.value >> 8 == 2 { streaming.commit(at: now) }
            return .taken(request)
        case (1...2, _, _): return get(video, request)
        case (3...4, 0x01, .some(let probe)):
            // Its first two bytes are the format's and the frame's index.
            guard request.data.count == probe.count, request.data.starts(with: probe.prefix(2)) else {
                return .stalled(request)
            }
            if setup.value >> 8 == 4 { streaming.commitStill() }
            return .taken(request)
        case (3...4, _, .some(let probe)): return get(probe, request)
        case (5, 0x01, .some):
            guard request.data.count == 1, streaming.trigger(request.data[0]) else { return .stalled(request) }
            return .taken(request)
        case (5, 0x81, .some), (5, 0x85...0x86, .some):
            let still = streaming.still
            return get([still?.isPending == true ? still?.method.trigger ?? 0 : 0], request)
        default: return .stalled(request)
        }
    }

    private func stillProbe(_ fault: Fault?) -> [UInt8]? {
        guard let still else { return nil }
        let most = fault == .stillSmall ? still.picture.bytes.count / 2 : still.picture.size.frameBytes
        // Format 1, still image size pattern 1, and no compression pattern to choose.
        var probe: [UInt8] = [1, 1, 0]
        for value in [most, still.mostPayload] { probe.append(littleEndian: UInt32(value), bytes: 4) }
        return probe
    }

    private func get(_ value: [UInt8], _ request: Transfer) -> Reply {
        switch request.setup.request {
        case 0x81, 0x82, 0x83, 0x87: .sent(value, to: request)
        case 0x85: .sent([UInt8(value.count), 0], to: request)
        case 0x86: .sent([3], to: request)
        default: .stalled(request)
        }
    }
}
