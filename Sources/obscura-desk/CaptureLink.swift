import Control
import JOSE
import Linux
import NIOPosix

/// The desk's way to capture: one connection a request, each on a thread of its own, so that a withdrawal never
/// waits behind a shot.
struct CaptureLink: Sendable {
    let path: String
    private let threads: NIOThreadPool

    /// Requests that may be under way at once.
    static let width = 32

    init(path: String) {
        self.path = path
        threads = NIOThreadPool(numberOfThreads: Self.width)
        threads.start()
    }

    func ask(_ call: ControlCall) async throws -> ControlReply {
        try await threads.runIfActive { [path] in
            guard let stream = try? UnixStream(connecting: path) else { return .refused(Self.absent) }
            do {
                try stream.send(call.message)
                return try ControlReply(parsing: try stream.receive(bound: ControlReply.bound, milliseconds: 300_000))
            } catch {
                return .refused(.silent("the capture service"))
            }
        }
    }

    /// Begins a live view.
    ///
    /// - Returns: what capture replied, and the pictures that follow a reply that is no refusal; whoever is too slow
    ///   misses some.
    func watch(_ call: ControlCall) async throws -> (ControlReply, AsyncStream<[UInt8]>) {
        let (pictures, sink) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingNewest(2))
        let reply = try await withCheckedThrowingContinuation {
            (answer: CheckedContinuation<ControlReply, any Error>) in
            threads.submit { [path] state in
                guard state == .active, let stream = try? UnixStream(connecting: path) else {
                    sink.finish()
                    return answer.resume(returning: .refused(Self.absent))
                }
                Self.watch(call, over: stream, answer, sink)
            }
        }
        return (reply, pictures)
    }

    private static func watch(
        _ call: ControlCall, over stream: borrowing UnixStream, _ answer: CheckedContinuation<ControlReply, any Error>,
        _ sink: AsyncStream<[UInt8]>.Continuation
    ) {
        defer { sink.finish() }
        do {
            try stream.send(call.message)
            let reply = try ControlReply(
                parsing: try stream.receive(bound: ControlReply.bound, milliseconds: 300_000))
            answer.resume(returning: reply)
            guard case .done = reply else { return }
        } catch { return answer.resume(returning: .refused(.silent("the capture service"))) }
        while let jpeg = try? stream.receive(bound: ControlRequest.pictureBound, milliseconds: 300_000) {
            // Closing the connection is how capture learns that nobody looks any more.
            if case .terminated = sink.yield(jpeg) { return }
        }
    }

    private static let absent = Refusal(
        "capture-absent", "the capture service does not answer", hint: "systemctl status obscura-capture")
}
