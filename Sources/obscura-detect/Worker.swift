import DetectLink
import FaceNet
import Linux

/// Serves one client at a time; whatever it does not expect ends the process, and the service manager starts another.
struct Worker: ~Copyable {
    private var net: FaceNet
    private let listener: UnixListener
    private let peer: UInt32

    /// How long one request may hold the process, with room for compiling the network for three new sizes.
    private let patience: Int32
    private let heartbeat = Heartbeat()

    /// - Parameters:
    ///   - peer: the only user's id that is served.
    ///   - patience: milliseconds.
    init(net: consuming FaceNet, listener: consuming UnixListener, peer: UInt32, patience: Int32) {
        self.patience = patience
        self.net = net
        self.listener = listener
        self.peer = peer
    }

    /// Serves until something unexpected happens.
    mutating func run() throws -> Never {
        while true {
            try waitFor(listener.descriptor.number)
            guard let client = try listener.accept() else { continue }
            let user = try client.peer().uid
            guard user == peer else {
                tell(.strangerRefused(user: user))
                continue
            }
            try serve(client)
        }
    }

    /// Sleeps until there is something to read, and beats meanwhile.
    private func waitFor(_ number: CInt) throws {
        repeat {
            heartbeat.beat()
        } while try poll(
            [(number, .readable)], milliseconds: CInt(clamping: heartbeat.intervalMilliseconds))[0].isEmpty
    }

    /// Answers a client's requests until it closes or dies.
    private mutating func serve(_ client: borrowing UnixStream) throws {
        while true {
            try waitFor(client.descriptor.number)
            Watchdog.arm(milliseconds: patience)
            do { try answerNext(client) } catch {
                guard Self.isEnd(error) else { throw error }
                return Watchdog.disarm()
            }
            Watchdog.disarm()
        }
    }

    private mutating func answerNext(_ client: borrowing UnixStream) throws {
        let message = try client.receive(bound: DetectionRequest.longestMessage)
        let request = try DetectionRequest(parsing: message.span)
        let pixels = try MemoryFile(received: try client.receiveDescriptor(), bound: DetectionRequest.mostBytes)
        guard pixels.count == request.byteCount else { throw DetectionFormatError.length(pixels.count) }
        try client.send(try answer(request, pixels.bytes).message)
    }

    /// A client that is gone, at whatever moment: no reason to end, for capture is started again by itself.
    private static func isEnd(_ error: any Error) -> Bool {
        switch error {
        case MessageError.closed, MessageError.cut: true
        case let error as SystemCallError: error.errno == Errno.brokenPipe || error.errno == Errno.connectionReset
        default: false
        }
    }

    private mutating func answer(
        _ request: DetectionRequest, _ pixels: Span<UInt8>
    ) throws(FaceNetError) -> DetectionAnswer {
        var planes: [FacePlane] = []
        for plane in request.planes {
            planes.append(
                try FacePlane(
                    width: plane.width, height: plane.height, threshold: Float(plane.threshold) / 65535))
        }
        let found = try net.detect(planes, pixels: pixels)
        let answers = zip(found, request.planes).map { faces, plane in faces.map { PlaneFace($0, in: plane) } }
        return DetectionAnswer(identifier: request.identifier, planes: answers)
    }
}

extension PlaneFace {
    /// Rounds a box outwards to 1/16 pixel.
    init(_ face: DetectedFace, in plane: DetectionPlane) {
        func units(_ value: Float, _ rule: FloatingPointRoundingRule, _ side: Int) -> Int32 {
            min(max(Int32((16 * value).rounded(rule)), 0), Int32(16 * side))
        }
        self.init(
            left: units(face.left, .down, plane.width), top: units(face.top, .down, plane.height),
            right: units(face.right, .up, plane.width), bottom: units(face.bottom, .up, plane.height),
            score: UInt16((face.score * 65535).rounded()),
            landmarks: face.landmarks.map {
                PlanePoint(x: Int32(($0.x * 16).rounded()), y: Int32(($0.y * 16).rounded()))
            })
    }
}
