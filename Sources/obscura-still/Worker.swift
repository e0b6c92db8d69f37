import GPhoto
import Linux
import StillLink

/// Serves one request of one client.
struct Worker: ~Copyable {
    private let drivers: StillDrivers?
    private let listener: UnixListener
    private let peer: UInt32

    /// A client that says nothing for so long is none: milliseconds.
    private static let patience = 10_000

    /// - Parameters:
    ///   - drivers: nil where they are not as they should be; then every request is refused.
    ///   - peer: the only user's id that is served.
    init(drivers: StillDrivers?, listener: consuming UnixListener, peer: UInt32) {
        self.drivers = drivers
        self.listener = listener
        self.peer = peer
    }

    func run() throws {
        while true {
            guard let client = try listener.accept() else { continue }
            let user = try client.peer().uid
            guard user == peer else {
                tell(.strangerRefused(user: user))
                continue
            }
            do { return try serve(client) } catch MessageError.closed {
                // It only looked whether somebody is here.
                return
            } catch let error as SystemCallError where error.errno == Errno.brokenPipe {
                // The shot was given up.
                return
            }
        }
    }

    private func serve(_ client: borrowing UnixStream) throws {
        let message = try client.receive(bound: StillRequest.longestMessage, milliseconds: Self.patience)
        let request = try StillRequest(parsing: message.span)
        var picture: Taken
        do throws(StillCameraError) { picture = try take(request) } catch {
            let (fault, words) = error.answer
            try client.send(StillAnswer(identifier: request.identifier, outcome: .fault(fault, words: words)).message)
            return
        }
        // Its pages are the client's too: wiped when it has copied them, which it says by closing.
        defer { picture.file.wipe() }
        let outcome = StillAnswer.Outcome.picture(bytes: picture.file.count, picture.name)
        try client.send(StillAnswer(identifier: request.identifier, outcome: outcome).message)
        try client.send(descriptor: picture.file.descriptor)
        _ = try? client.receive(bound: 0, milliseconds: Self.patience)
    }

    private struct Taken: ~Copyable {
        let name: StillName
        var file: MemoryFile
    }

    /// Opens the camera, takes its picture, closes it.
    private func take(_ request: StillRequest) throws(StillCameraError) -> Taken {
        guard let drivers else { throw .driver }
        var camera = try StillCamera(bus: request.bus, device: request.device, drivers: drivers)
        let name = try camera.name()
        var picture: MemoryFile?
        try camera.expose(bound: StillAnswer.mostBytes) { bytes throws(StillCameraError) in
            guard var file = try? MemoryFile(name: "obscura-still", count: bytes.count) else { throw .wire(0) }
            file.write(bytes, at: 0)
            picture = consume file
        }
        guard let file = picture.take() else { throw .picture }
        return Taken(
            name: StillName(
                manufacturer: name.manufacturer.utf8, model: name.model.utf8, serial: name.serial.utf8,
                version: name.version.utf8),
            file: file)
    }
}

extension StillCameraError {
    fileprivate var answer: (StillFault, words: [UInt8]) {
        switch self {
        case .driver: (.driver, [])
        case .absent: (.absent, [])
        case .taken: (.taken, [])
        case .target(let words): (.target, Array(words.utf8))
        case .quality(let words): (.quality, Array(words.utf8))
        case .unnamed(let words): (.unnamed, Array(words.utf8))
        case .crowded: (.crowded, [])
        case .late: (.late, [])
        case .card: (.card, [])
        case .kept: (.kept, [])
        case .picture: (.picture, [])
        case .large: (.large, [])
        case .wire(let number): (.wire, Array("\(number)".utf8))
        }
    }
}
