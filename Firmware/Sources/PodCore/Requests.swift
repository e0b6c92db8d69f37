extension Pod where Hardware: ~Copyable {
    /// Does what a request asks, and says how it went.
    ///
    /// - Parameter request: one packet as it came; anything at all.
    public mutating func answer(_ request: Span<UInt8>) -> Packet {
        var reader = PacketReader(request)
        do throws(PodStatus) {
            let header = try reader.header()
            guard header.status == .done else { throw .argument }
            guard let kind = PodRequest(rawValue: header.type) else { throw .unknown }
            var reply = Packet(MessageHeader(type: header.type, sequence: header.sequence, length: 0))
            try act(on: kind, &reader, &reply)
            reply.close()
            return reply
        } catch {
            // What came of type and sequence is repeated, so that the host knows what was refused.
            let type = request.count > 1 ? request[1] : 0
            let low = request.count > 3 ? request[2] : 0
            let high = request.count > 3 ? request[3] : 0
            return Packet(
                MessageHeader(type: type, sequence: UInt16(low) | UInt16(high) << 8, length: 0, status: error))
        }
    }

    private mutating func act(
        on request: PodRequest, _ reader: inout PacketReader, _ reply: inout Packet
    ) throws(PodStatus) {
        switch request {
        case .hello: try hello(&reader, &reply)
        case .time: try time(&reader, &reply)
        case .lease: try lease(&reader, &reply)
        case .capture: try capture(&reader, &reply)
        case .light: try light(&reader, &reply)
        case .strobe: try takeStrobe(&reader)
        case .status: try status(&reader, &reply)
        case .tone: try play(&reader)
        case .reboot: try reboot(&reader)
        }
    }

    private mutating func hello(_ reader: inout PacketReader, _ reply: inout Packet) throws(PodStatus) {
        try reader.finish()
        reply.append(MessageHeader.version)
        reply.append(PodVersion.major)
        reply.append(PodVersion.minor)
        reply.append(PodVersion.patch)
        // Abilities: none that a host has to ask for yet.
        reply.append(UInt16(0))
        reply.append(phase.code)
        reply.append(phase.fault?.rawValue ?? 0)
        reply.append(hardware.serial)
    }

    private mutating func time(_ reader: inout PacketReader, _ reply: inout Packet) throws(PodStatus) {
        try reader.finish()
        reply.append(hardware.micros)
    }

    private mutating func lease(_ reader: inout PacketReader, _ reply: inout Packet) throws(PodStatus) {
        let (session, milliseconds) = (try reader.number32(), try reader.number16())
        try reader.finish()
        guard session != 0, milliseconds == 0 || Lease.milliseconds.contains(milliseconds) else { throw .argument }
        let now = hardware.micros
        let lease = Lease(session: session, ends: now &+ UInt64(milliseconds) * 1000)
        switch phase {
        case .fault: throw .interlock
        case .idle:
            guard milliseconds > 0 else { throw .lease }
            phase = .leased(lease)
        case .leased(let held), .capturing(let held, _):
            guard held.session == session else { throw .lease }
            if milliseconds == 0 {
                goDark(at: now)
                phase = .idle
            } else if case .capturing(_, let since) = phase {
                phase = .capturing(lease, since: since)
            } else {
                phase = .leased(lease)
            }
        }
        reply.append(phase.code)
    }

    private mutating func capture(_ reader: inout PacketReader, _ reply: inout Packet) throws(PodStatus) {
        let (session, on) = (try reader.number32(), try reader.byte())
        try reader.finish()
        guard on <= 1 else { throw .argument }
        try phase.require(session)
        let now = hardware.micros
        switch (phase, on == 1) {
        case (.leased(let lease), true):
            hardware.setCaptureNet(true)
            phase = .capturing(lease, since: now)
        case (.capturing(let lease, _), false):
            goDark(at: now)
            phase = .leased(lease)
        default: break
        }
        reply.append(phase.code)
        reply.append(hardware.isLampLit ? 1 : UInt8(0))
        reply.append(UInt16(0))
        reply.append(now)
    }

    private mutating func light(_ reader: inout PacketReader, _ reply: inout Packet) throws(PodStatus) {
        let (session, number, permille) = (try reader.number32(), try reader.byte(), try reader.number16())
        try reader.finish()
        guard let channel = LightChannel(rawValue: number), permille <= 1000 else { throw .argument }
        try phase.require(session)
        guard permille == 0 || phase.isCapturing else { throw .state }
        hardware.setLight(channel, permille: permille)
        if channel == .ultraviolet { ultraviolet = permille }
        // From here on a frame can have this light.
        reply.append(hardware.micros)
    }

    private mutating func takeStrobe(_ reader: inout PacketReader) throws(PodStatus) {
        let session = try reader.number32()
        let list = try StrobeList(&reader)
        try reader.finish()
        try phase.require(session)
        strobe = list
    }

    private mutating func status(_ reader: inout PacketReader, _ reply: inout Packet) throws(PodStatus) {
        try reader.finish()
        reply.append(phase.code)
        reply.append(phase.fault?.rawValue ?? 0)
        reply.append(hardware.isLampLit ? 1 : UInt8(0))
        reply.append(isOpen ? 1 : UInt8(0))
        reply.append(hardware.micros)
        reply.append(counts.triggers)
        reply.append(counts.unwanted)
        reply.append(counts.frames)
        reply.append(counts.tampers)
        reply.append(dropped)
        reply.append(budget.spent)
    }

    private mutating func play(_ reader: inout PacketReader) throws(PodStatus) {
        let (session, number) = (try reader.number32(), try reader.byte())
        try reader.finish()
        guard let tone = PodTone(rawValue: number) else { throw .argument }
        try phase.require(session)
        sound.play(tone, at: hardware.micros)
    }

    private mutating func reboot(_ reader: inout PacketReader) throws(PodStatus) {
        let word = try reader.number32()
        try reader.finish()
        guard let kind = PodRestart(rawValue: word) else { throw .argument }
        guard phase.lease == nil else { throw .state }
        restart = (kind, hardware.micros &+ Self.restartDelay)
    }
}
