import Linux

/// One device on one port: lists it, lends it to one host at a time, obeys lines on standard input. `unplug` is a line that
/// every device has.
package struct Server<Device: USBIPDevice & ~Copyable>: ~Copyable {
    private let listener: Listener
    private let input: Descriptor
    private let output: Descriptor
    private var inputOpen = true
    private var device: Device
    private var host: Connection?
    private var waiting = WaitingTransfers()

    package init(
        device: consuming Device, listener: consuming Listener, input: consuming Descriptor,
        output: consuming Descriptor
    ) {
        self.device = device
        self.listener = listener
        self.input = input
        self.output = output
    }

    /// Read anew for each host: a device may come back as another one.
    private var identity: Identity {
        Identity(speed: device.speed, device: device.deviceDescriptor, configuration: device.configurationDescriptor)
    }

    /// Serves until its process ends.
    package mutating func run() throws {
        try say("listening")
        while true {
            var questions: [(descriptor: CInt, wanted: Readiness)] = [(listener.descriptor.number, .readable)]
            if inputOpen { questions.append((input.number, .readable)) }
            if let host { questions.append((host.descriptor.number, .readable)) }
            let pause = device.pause(waiting: waiting.transfers, at: .now)
            // Rounded up: a wait that ends a moment early would spin.
            let ready = try poll(questions, milliseconds: pause.map { CInt($0 / .milliseconds(1) + 0.999) })
            for (question, readiness) in zip(questions, ready) where !readiness.isEmpty {
                switch question.descriptor {
                case listener.descriptor.number: try receive()
                case input.number: try obey()
                default: try converse()
                }
            }
            try serve()
            try report()
            if host != nil, device.hasLeft() { try release() }
        }
    }

    private mutating func serve() throws {
        guard let host else { return }
        do {
            while let reply = try waiting.next(of: &device, at: .now) { try host.write(reply.bytes) }
        } catch let error as WireError {
            try drop(error)
        } catch { try release() }
    }

    /// Reads one command of the host; a host that breaks the protocol loses the device.
    private mutating func converse() throws {
        guard let host else { return }
        do {
            switch try Command(parsing: try host.read(Command.headerLength)) {
            case .submit(var transfer, let packets):
                if !transfer.incoming { transfer.data = try host.read(transfer.length) }
                if packets > 0 {
                    guard device.isochronousEndpoints.contains(transfer.endpoint) else {
                        throw WireError.isochronous(packets)
                    }
                    let descriptors = try host.read(Int(packets) * IsochronousPacket.descriptorLength)
                    transfer.packets = try IsochronousPacket.packets(parsing: descriptors, within: transfer.length)
                }
                try waiting.add(transfer)
            case .unlink(let sequence, let victim):
                try host.write(Reply.unlinked(sequence, found: waiting.remove(victim)))
            }
        } catch WireError.closed {
            try release()
        } catch { try drop(error) }
    }

    private mutating func drop(_ error: any Error) throws {
        try say("dropped: \(error)")
        try release()
    }

    private mutating func release() throws {
        host = nil
        waiting = WaitingTransfers()
        device.reset(at: .now)
        try report()
        try say("released")
    }

    /// Answers the opening question of a new connection. A stranger's nonsense closes its own connection only.
    private mutating func receive() throws {
        do {
            let connection = try listener.accept()
            let opening = try Opening(parsing: try connection.read(Opening.headerLength))
            switch opening {
            case .list:
                var bytes = opening.answer(accepted: true)
                bytes.append(bigEndian: 1)
                try connection.write(bytes + identity.bytes + identity.interfaces)
            case .take:
                let wanted = try connection.read(Opening.busLength)
                let free = host == nil && wanted == [UInt8](text: Identity.busID, filledTo: Opening.busLength)
                try connection.write(opening.answer(accepted: free) + (free ? identity.bytes : []))
                guard free else { return }
                host = connection
                device.reset(at: .now)
                try say("taken")
            }
        } catch { try say("refused: \(error)") }
    }

    private mutating func obey() throws {
        guard let bytes = try readSome(4096, from: input) else {
            inputOpen = false
            return
        }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            switch words == ["unplug"] ? .unplug : device.obey(words, at: .now) {
            case .done: break
            case .unplug: if host != nil { try release() }
            case .notUnderstood: try say("not understood: \(line)")
            }
        }
    }

    private mutating func report() throws {
        for line in device.takeReports() { try say(line) }
    }

    private func say(_ line: String) throws { try writeAll(Array("\(line)\n".utf8), to: output) }
}

/// Transfers that have no answer yet, oldest first.
struct WaitingTransfers {
    /// More than any host keeps in flight.
    static let most = 64

    private(set) var transfers: [Transfer] = []

    mutating func add(_ transfer: Transfer) throws(WireError) {
        guard transfers.count < Self.most else { throw .tooMany }
        transfers.append(transfer)
    }

    /// Forgets a transfer.
    ///
    /// - Returns: whether it was still waiting.
    mutating func remove(_ sequence: UInt32) -> Bool {
        guard let index = transfers.firstIndex(where: { $0.sequence == sequence }) else { return false }
        transfers.remove(at: index)
        return true
    }

    /// The next answer; a transfer waits for all earlier ones of its endpoint and direction.
    mutating func next<Device: USBIPDevice & ~Copyable>(
        of device: inout Device, at now: ContinuousClock.Instant
    ) throws(WireError) -> Reply? {
        var blocked: Set<UInt32> = []
        for (index, transfer) in transfers.enumerated() {
            let pipe = transfer.endpoint << 1 | (transfer.incoming ? 1 : 0)
            guard !blocked.contains(pipe) else { continue }
            if let reply = try device.answer(transfer, at: now) {
                transfers.remove(at: index)
                return reply
            }
            blocked.insert(pipe)
        }
        return nil
    }
}
