extension USBDevice where Board: ~Copyable {
    /// A control transfer begins, whatever became of the one before.
    ///
    /// - Returns: false where it is refused: the control endpoint then answers STALL until the next setup. Otherwise
    ///   `nextPacket(.control)` has what the host is to get.
    public mutating func setup(_ bytes: [8 of UInt8]) -> Bool {
        let setup = USBSetup(bytes)
        data.clear()
        asked = Int(setup.length)
        do throws(RequestError) {
            // No request of this device brings data from the host.
            guard setup.isToHost || setup.length == 0 else { throw RequestError() }
            let address = try act(on: setup)
            data.cut(to: asked)
            stage = setup.length > 0 ? .sending(from: 0) : .confirming(address: address)
            return true
        } catch {
            stage = .stalled
            return false
        }
    }

    /// A whole control transfer at once, for who has whole transfers (USB/IP).
    ///
    /// - Returns: what the host gets, nil for STALL.
    public mutating func control(_ bytes: [8 of UInt8]) -> ControlData? {
        guard setup(bytes) else { return nil }
        var all = ControlData()
        while let packet = nextPacket(.control) {
            for place in 0..<packet.count { all.append(packet[place]) }
            sent(.control)
        }
        stage = .idle
        return all
    }

    mutating func nextControlPacket() -> USBPacket? {
        switch stage {
        case .idle, .sent, .stalled: return nil
        case .confirming: return USBPacket()
        case .sending(let from):
            var packet = USBPacket()
            for place in from..<min(from + USBPacket.capacity, data.count) { packet.append(data[place]) }
            return packet
        }
    }

    mutating func controlPacketSent() {
        switch stage {
        case .idle, .sent, .stalled: break
        case .sending(let from):
            let next = min(from + USBPacket.capacity, data.count)
            // Full packets that are fewer bytes than the host asked for need an empty one behind them (USB 2.0, 5.5.3).
            let isFull = next - from == USBPacket.capacity
            stage = isFull && (next < data.count || next < asked) ? .sending(from: next) : .sent
        case .confirming(let address):
            stage = .idle
            // Not before: the host fetched the empty packet at the old address (USB 2.0, 9.4.6).
            guard let address else { return }
            state = address == 0 ? .fresh : .addressed
            pod.hardware.setAddress(address)
        }
    }

    /// - Returns: the address that follows the transfer, nil for every other request.
    private mutating func act(on setup: USBSetup) throws(RequestError) -> UInt8? {
        if setup.kind == 0xC0 {
            guard setup.request == Descriptors.vendorCode, setup.value == 0, setup.index == 7 else {
                throw RequestError()
            }
            Descriptors.microsoft(&data)
            return nil
        }
        guard let request = StandardRequest(rawValue: setup.request) else { throw RequestError() }
        switch (setup.kind, request) {
        case (0x80...0x82, .getStatus): try status(setup)
        case (0x02, .clearFeature): try halt(setup, false)
        case (0x02, .setFeature): try halt(setup, true)
        case (0x00, .setAddress):
            guard state != .configured, setup.value < 128, setup.index == 0 else { throw RequestError() }
            return UInt8(setup.value)
        case (0x80, .getDescriptor):
            try Descriptors.append(setup, serial: pod.hardware.serial, to: &data)
        case (0x80, .getConfiguration):
            guard setup.value == 0, setup.index == 0 else { throw RequestError() }
            data.append(isConfigured ? 1 : UInt8(0))
        case (0x00, .setConfiguration): try configure(setup)
        case (0x81, .getInterface):
            guard isConfigured, setup.value == 0, setup.index == 0 else { throw RequestError() }
            data.append(UInt8(0))
        case (0x01, .setInterface):
            guard isConfigured, setup.value == 0, setup.index == 0 else { throw RequestError() }
            open()
        default: throw RequestError()
        }
        return nil
    }

    /// Neither power of its own nor a way to wake the host; an endpoint says whether it is halted (USB 2.0, 9.4.5).
    private mutating func status(_ setup: USBSetup) throws(RequestError) {
        guard setup.value == 0 else { throw RequestError() }
        guard setup.index != 0 else { return data.append(UInt16(0)) }
        // 0x80 is the control endpoint's other direction.
        guard setup.kind == 0x82 else { throw RequestError() }
        guard setup.index != 0x80 else { return data.append(UInt16(0)) }
        data.append(isHalted(try endpoint(setup)) ? 1 : UInt16(0))
    }

    private mutating func halt(_ setup: USBSetup, _ isHalted: Bool) throws(RequestError) {
        // ENDPOINT_HALT (USB 2.0, table 9-6).
        guard setup.value == 0 else { throw RequestError() }
        halt(try endpoint(setup), isHalted)
    }

    /// One of the three that a configured device has.
    private func endpoint(_ setup: USBSetup) throws(RequestError) -> USBEndpoint {
        guard isConfigured, let address = UInt8(exactly: setup.index), let endpoint = USBEndpoint(rawValue: address),
            endpoint != .control
        else { throw RequestError() }
        return endpoint
    }

    /// Another configuration is another host's beginning: what the one before held is dark.
    private mutating func configure(_ setup: USBSetup) throws(RequestError) {
        guard state != .fresh, setup.value <= 1, setup.index == 0 else { throw RequestError() }
        pod.hostLeft()
        if setup.value == 1 { open() } else { close(to: .addressed) }
    }
}
