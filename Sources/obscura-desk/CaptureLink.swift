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

    private static let absent = Refusal(
        "capture-absent", "the capture service does not answer", hint: "systemctl status obscura-capture")
}
