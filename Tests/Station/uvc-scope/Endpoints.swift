import USBIP

/// What leaves by the endpoints of the VideoStreaming interface.
extension VideoStreaming {
    /// - Parameter waiting: a transfer of either endpoint.
    func pause(_ waiting: Transfer, at now: ContinuousClock.Instant) -> Duration? {
        switch waiting.address {
        case Descriptors.videoEndpoint: videoPause(at: now)
        case Descriptors.stillEndpoint: stillPause
        default: nil
        }
    }

    /// Whether a halt of the video's endpoint is what the host sees next, because of the video or of a still on its way.
    var isVideoHalted: Bool { stream.state == .halted || stillInterrupts && still?.state == .halted }

    mutating func answerVideo(_ request: Transfer, at now: ContinuousClock.Instant) throws(WireError) -> Reply? {
        switch transfer {
        case .bulk:
            try request.needRoom(request.length)
            guard videoPause(at: now) == .zero else { return nil }
            let room = transfer.bulkPayload(room: request.length)
            guard let payload = videoPayload(room: room, at: now) else { return .stalled(request) }
            return .sent(payload, to: request)
        case .isochronous:
            // In alternate setting 0 there is no such endpoint.
            guard packetSize > 0, !request.packets.isEmpty else { return .stalled(request) }
            for packet in request.packets { try request.needRoom(packet.length) }
            var packets: [[UInt8]] = []
            while packets.count < request.packets.count, videoPause(at: now) == .zero {
                let room = min(request.packets[packets.count].length, packetSize)
                guard let payload = videoPayload(room: room, at: now) else { break }
                packets.append(payload)
            }
            if !packets.isEmpty { return .sent(packets: packets, to: request) }
            return isVideoHalted ? .stalled(request) : nil
        }
    }

    mutating func answerStill(_ request: Transfer) throws(WireError) -> Reply? {
        guard still?.method == .third else { return .stalled(request) }
        try request.needRoom(request.length)
        guard stillPause == .zero else { return nil }
        let room = transfer.bulkPayload(room: request.length)
        guard let payload = stillPayload(room: room) else { return .stalled(request) }
        return .sent(payload, to: request)
    }

    /// Whether the still, and not the video, is what the video's endpoint carries now.
    private var stillInterrupts: Bool {
        guard let still, still.method == .second, still.isPending else { return false }
        return stream.isRunning && stream.isBetweenFrames && fault != .stillVideo
    }

    private func videoPause(at now: ContinuousClock.Instant) -> Duration? {
        stillInterrupts ? stillPause : stream.pause(at: now)
    }

    private var stillPause: Duration? {
        guard let still, still.isPending, fault != .stillMissing, fault != .stillVideo else { return nil }
        return .zero
    }

    private mutating func videoPayload(room: Int, at now: ContinuousClock.Instant) -> [UInt8]? {
        stillInterrupts ? stillPayload(room: room) : stream.payload(room: room, fault: fault, at: now)
    }

    private mutating func stillPayload(room: Int) -> [UInt8]? {
        let fault = fault
        let sent = still?.sent
        let payload = withStill { $0.payload(room: room, fault: fault, &$1) }
        if let still, still.sent != sent { reports.append("still sent \(still.sent)") }
        return payload ?? nil
    }
}

extension Transfer {
    /// bEndpointAddress of its endpoint.
    var address: UInt8 { UInt8(endpoint) | (incoming ? 0x80 : 0) }

    /// - Throws: where a payload with data in it would not fit.
    fileprivate func needRoom(_ room: Int) throws(WireError) {
        guard room >= 4 else { throw .length(UInt32(length)) }
    }
}
