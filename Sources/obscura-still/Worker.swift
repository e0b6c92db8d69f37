import GPhoto
import Linux
import StillLink
import StillNode
import UVC

/// Serves one request of one client.
struct Worker: ~Copyable {
    private let parts: StillParts?
    private let listener: UnixListener
    private let peer: UInt32

    /// A client that says nothing for so long is none: milliseconds.
    private static let patience = 10_000

    /// - Parameters:
    ///   - parts: nil where they are not as they should be; then every request is refused.
    ///   - peer: the only user's id that is served.
    init(parts: StillParts?, listener: consuming UnixListener, peer: UInt32) {
        self.parts = parts
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
        do throws(Fault) {
            picture = try take(request) {
                // It says nothing before the picture is there: what is to be read is its end.
                (try? poll([(client.descriptor.number, .readable)], milliseconds: 0)[0].isEmpty) ?? false
            }
        } catch {
            let outcome = StillAnswer.Outcome.fault(error.fault, words: Array(error.words.utf8))
            try client.send(StillAnswer(identifier: request.identifier, outcome: outcome).message)
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

    /// Why there is no picture, and the camera's words.
    struct Fault: Error {
        let fault: StillFault
        var words = ""
    }

    /// Opens the camera, takes its picture, closes it.
    ///
    /// - Parameter isWanted: whether the client still waits.
    private func take(_ request: StillRequest, while isWanted: () -> Bool) throws(Fault) -> Taken {
        guard let parts else { throw Fault(fault: .driver) }
        guard let video = request.video else {
            do { return try take(request, parts.drivers) } catch { throw error.fault }
        }
        do {
            let shot = try VideoShot.open(
                try UVCStillWish(video), bus: request.bus, device: request.device, parts.transport,
                bound: StillAnswer.mostBytes)
            // Who it is the kernel has said already.
            let nobody = StillName(manufacturer: [], model: [], serial: [], version: [])
            return Taken(name: nobody, file: try shot.take(while: isWanted))
        } catch { throw error.fault }
    }

    private func take(_ request: StillRequest, _ drivers: StillDrivers) throws(StillCameraError) -> Taken {
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

extension UVCStillWish {
    fileprivate init(_ still: VideoStill) throws(VideoShotError) {
        guard let method = UVCStillMethod(rawValue: still.method.rawValue),
            let format = UVCFormat(rawValue: still.format.rawValue)
        else { throw .descriptors(.notOffered) }
        self.init(method: method, format: format, width: still.width, height: still.height)
    }
}

extension StillCameraError {
    fileprivate var fault: Worker.Fault {
        switch self {
        case .driver: Worker.Fault(fault: .driver)
        case .absent: Worker.Fault(fault: .absent)
        case .taken: Worker.Fault(fault: .taken)
        case .target(let words): Worker.Fault(fault: .target, words: words)
        case .quality(let words): Worker.Fault(fault: .quality, words: words)
        case .unnamed(let words): Worker.Fault(fault: .unnamed, words: words)
        case .crowded: Worker.Fault(fault: .crowded)
        case .late: Worker.Fault(fault: .late)
        case .card: Worker.Fault(fault: .card)
        case .kept: Worker.Fault(fault: .kept)
        case .picture: Worker.Fault(fault: .picture)
        case .large: Worker.Fault(fault: .large)
        case .wire(let number): Worker.Fault(fault: .wire, words: "\(number)")
        }
    }
}

extension VideoShotError {
    fileprivate var fault: Worker.Fault {
        switch self {
        case .node(.transport): Worker.Fault(fault: .driver)
        case .node(.absent): Worker.Fault(fault: .absent)
        case .node(.denied): Worker.Fault(fault: .denied)
        case .node(.taken): Worker.Fault(fault: .taken)
        case .node(.late), .late, .unwanted: Worker.Fault(fault: .late)
        case .node(.stalled): Worker.Fault(fault: .wire, words: "it refused a request or stopped in the middle")
        case .node(.descriptors(let error)): Worker.Fault(fault: .wire, words: "\(error)")
        case .node(.failed(let number)): Worker.Fault(fault: .wire, words: "\(number)")
        case .descriptors(.noStill), .descriptors(.notOffered): Worker.Fault(fault: .offer)
        case .descriptors(let error): Worker.Fault(fault: .wire, words: "\(error)")
        case .picture: Worker.Fault(fault: .picture)
        case .broken: Worker.Fault(fault: .wire, words: "it sent more than it had promised")
        case .large: Worker.Fault(fault: .large)
        case .memory: Worker.Fault(fault: .wire, words: "no memory")
        }
    }
}
