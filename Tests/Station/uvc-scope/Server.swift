import Linux

/// One device on one port: lists it, lends it to one host at a time, obeys lines on standard input.
struct Server: ~Copyable {
    private let listener: Listener
    private let input: Descriptor
    private let output: Descriptor
    private var inputOpen = true
    private var scope: Scope
    private var host: Connection?

    init(scope: Scope, listener: consuming Listener, input: consuming Descriptor, output: consuming Descriptor) {
        self.scope = scope
        self.listener = listener
        self.input = input
        self.output = output
    }

    mutating func run() throws {
        try say("listening")
        while true {
            let now = ContinuousClock.now
            var questions: [(descriptor: CInt, wanted: Readiness)] = [(listener.descriptor.number, .readable)]
            if inputOpen { questions.append((input.number, .readable)) }
            if let host { questions.append((host.descriptor.number, .readable)) }
            // Rounded up: a wait that ends a moment early would spin.
            let pause = scope.pause(at: now).map { CInt($0 / .milliseconds(1) + 0.999) }
            let ready = try poll(questions, milliseconds: pause)
            for (question, readiness) in zip(questions, ready) where !readiness.isEmpty {
                switch question.descriptor {
                case listener.descriptor.number: try receive()
                case input.number: try obey()
                default: try converse()
                }
            }
            try serve()
            for event in scope.takeEvents() { try report(event) }
        }
    }

    private mutating func serve() throws {
        guard let host else { return }
        do {
            for reply in scope.due(at: .now) { try host.write(reply.bytes) }
        } catch { try release() }
    }

    /// Reads one command of the host; a host that breaks the protocol loses the device.
    private mutating func converse() throws {
        guard let host else { return }
        do {
            switch try Command(parsing: try host.read(Command.headerLength)) {
            case .submit(var transfer):
                if !transfer.incoming { transfer.data = try host.read(transfer.length) }
                if let reply = try scope.take(transfer, at: .now) { try host.write(reply.bytes) }
            case .unlink(let sequence, let victim):
                try host.write(Reply.unlinked(sequence, found: scope.unlink(victim)))
            }
        } catch WireError.closed {
            try release()
        } catch {
            try say("dropped: \(error)")
            try release()
        }
    }

    private mutating func release() throws {
        host = nil
        scope.reset()
        for event in scope.takeEvents() { try report(event) }
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
                try connection.write(bytes + identity + Descriptors.interfaces.flatMap { $0 + [0] })
            case .take:
                let wanted = try connection.read(Opening.busLength)
                let free = host == nil && wanted == [UInt8](text: Scope.busID, filledTo: Opening.busLength)
                try connection.write(opening.answer(accepted: free) + (free ? identity : []))
                guard free else { return }
                host = connection
                try say("taken")
            }
        } catch { try say("refused: \(error)") }
    }

    /// The device as the two opening answers describe it: bus 1, device 2, high speed.
    private var identity: [UInt8] {
        var bytes = [UInt8](text: "/sys/devices/station/\(Scope.busID)", filledTo: 256)
        bytes += [UInt8](text: Scope.busID, filledTo: Opening.busLength)
        for word in [1, 2, 3, Descriptors.vendor << 16 | Descriptors.product] as [UInt32] {
            bytes.append(bigEndian: word)
        }
        return bytes + [UInt8(Descriptors.release >> 8), UInt8(Descriptors.release & 0xff), 0xef, 2, 1, 1, 1, 2]
    }

    private mutating func obey() throws {
        guard let bytes = try readSome(4096, from: input) else {
            inputOpen = false
            return
        }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            switch (words.first, words.dropFirst().first) {
            case ("press", nil): scope.button(pressed: true)
            case ("release", nil): scope.button(pressed: false)
            case ("unplug", nil): if host != nil { try release() }
            case ("cycle", nil): scope.stream.order = .cycle
            case ("fault", "none"): scope.stream.fault = nil
            case ("fault", .some(let name)) where Fault(rawValue: String(name)) != nil:
                scope.stream.fault = Fault(rawValue: String(name))
            case ("picture", .some(let text)):
                guard let number = Int(text), scope.stream.pictures.indices.contains(number) else { fallthrough }
                scope.stream.order = .only(number)
            default: try say("not understood: \(line)")
            }
        }
    }

    private func report(_ event: Scope.Event) throws {
        switch event {
        case .streamStarted: try say("stream started")
        case .streamStopped(let frames): try say("stream stopped after \(frames) frames")
        }
    }

    private func say(_ line: String) throws { try writeAll(Array("\(line)\n".utf8), to: output) }
}
