import USBIP

/// The camera on its cable: bulk pipes for containers, an interrupt pipe for events (USB Still Image Capture Device
/// Definition 1.0).
struct Still: USBIPDevice {
    static let packet = 512

    let speed = USBIPSpeed.high
    private var requests: StandardRequests
    private var camera: Camera
    private var received: [UInt8] = []
    /// A command whose data the host still owes.
    private var pending: Container?
    /// What the host is to read, container by container; an empty one is the packet without data that ends one.
    private var sending: [ArraySlice<UInt8>] = []
    private var halted = false
    private var reports: [String] = []

    var deviceDescriptor: [UInt8] { requests.device }
    var configurationDescriptor: [UInt8] { requests.configuration }

    init(camera: Camera) {
        self.camera = camera
        requests = Descriptors.requests(camera.identity)
    }

    mutating func takeReports() -> [String] {
        defer { reports = [] }
        return camera.takeReports() + reports
    }

    mutating func reset(at now: ContinuousClock.Instant) {
        camera.reset()
        requests.reset()
        forget()
    }

    private mutating func forget() {
        (received, pending, sending, halted) = ([], nil, [], false)
    }

    mutating func answer(_ transfer: Transfer, at now: ContinuousClock.Instant) throws(WireError) -> Reply? {
        switch (transfer.endpoint, transfer.incoming) {
        case (0, _): return control(transfer)
        case (1, true): return send(transfer)
        case (2, false):
            received += transfer.data
            guard receive() else { return .stalled(transfer) }
            return .taken(transfer)
        case (3, true): return camera.takeEvent().map { .sent($0.bytes, to: transfer) }
        default: return .stalled(transfer)
        }
    }

    func pause(waiting: [Transfer], at now: ContinuousClock.Instant) -> Duration? { nil }

    mutating func obey(_ words: [Substring], at now: ContinuousClock.Instant) -> Obedience {
        switch (words.first, words.dropFirst().first) {
        case ("fault", "none"): camera.fault = nil
        case ("fault", .some(let name)):
            guard let fault = Fault(rawValue: String(name)) else { return .notUnderstood }
            camera.fault = fault
        case ("card", nil): reports.append("card holds \(camera.store.pictures)")
        default: return .notUnderstood
        }
        return .done
    }

    /// Performs what is whole.
    ///
    /// - Returns: whether the host spoke PTP; if not, all of it is forgotten.
    private mutating func receive() -> Bool {
        do {
            while let container = try Container(takingFrom: &received) {
                switch (container.kind, pending) {
                case (.command, nil):
                    if Camera.expectsData(container.code) {
                        pending = container
                    } else {
                        perform(container, data: [])
                    }
                case (.data, .some(let command)):
                    pending = nil
                    perform(command, data: container.payload)
                default: throw ContainerError.kind(container.kind.rawValue)
                }
            }
            return true
        } catch {
            forget()
            reports.append("not PTP: \(error)")
            return false
        }
    }

    private mutating func perform(_ command: Container, data: [UInt8]) {
        let outcome = camera.perform(command, data: data)
        if let data = outcome.data {
            var bytes = Container(.data, command.code, command.transaction, payload: data).bytes
            if camera.fault == .wrongLength, command.code == 0x1009 {
                var length = Dataset()
                length.put(UInt32(bytes.count + 1000))
                bytes.replaceSubrange(0..<4, with: length.bytes)
            }
            halted = camera.fault == .stall && command.code == 0x1009
            sending.append(bytes[...])
            if bytes.count % Self.packet == 0 { sending.append([]) }
        }
        let response = Container(.response, outcome.code, command.transaction, parameters: outcome.parameters)
        sending.append(response.bytes[...])
    }

    /// The next bytes of the container that is being read; a short answer ends it.
    private mutating func send(_ transfer: Transfer) -> Reply? {
        guard let rest = sending.first else { return nil }
        if halted { return .stalled(transfer) }
        if camera.fault == .babble, rest.count > transfer.length {
            return .babbled(Array(rest), to: transfer)
        }
        let some = rest.prefix(transfer.length)
        if some.count == rest.count {
            sending.removeFirst()
            // The host's room was larger: it knows the end from this answer.
            if some.count < transfer.length, sending.first?.isEmpty ?? false { sending.removeFirst() }
        } else {
            sending[0] = rest.dropFirst(some.count)
        }
        return .sent(Array(some), to: transfer)
    }

    /// Class requests (USB Still Image Capture Device Definition 1.0, 5.2), halts, and what is standard.
    private mutating func control(_ transfer: Transfer) -> Reply {
        switch (transfer.setup.kind, transfer.setup.request) {
        case (0x21, 0x64), (0x21, 0x66):
            camera.reset()
            forget()
            return .taken(transfer)
        // Length and code: ready.
        case (0xa1, 0x67): return .sent([4, 0, 0x01, 0x20], to: transfer)
        case (0x02, 0x01):
            if halted {
                // The stall took the data phase with it.
                halted = false
                camera.fault = camera.fault == .stall ? nil : camera.fault
            }
            return .taken(transfer)
        default: return requests.answer(transfer)
        }
    }
}
