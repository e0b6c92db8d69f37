import Control
import Hummingbird
import HummingbirdCore
import Linux
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// HTTP/1.1 on the control socket: the one that the service manager passed, or one of its own.
struct DeskServer<Responder: HTTPResponder>: Sendable where Responder.Context == CallerContext {
    let responder: Responder
    let logger: Logger
    /// A client that says nothing for so long, or takes longer to send a request or to read its answer, is turned out.
    let patience: TimeAmount

    /// Serves for ever.
    ///
    /// - Parameters:
    ///   - path: where the socket is made when none is inherited; one that is left there is replaced.
    ///   - running: called when the socket takes connections.
    func run(path: String, running: () throws -> Void) async throws {
        let http = HTTP1Channel(
            responder: { request, writer, channel in
                let context = CallerContext(source: .init(channel: channel, logger: logger))
                let arrival = deadline(of: channel)
                let whole = try await request.arrived()
                arrival.cancel()
                let answer = try await responder.respond(to: whole, context: context)
                // A live view lasts; each of its pictures has a deadline of its own.
                let lasts = answer.headers[.contentType]?.hasPrefix("multipart/") ?? false
                let departure = lasts ? nil : deadline(of: channel)
                defer { departure?.cancel() }
                try await writer.write(response: answer.head, body: answer.body)
            }, configuration: .init(idleTimeout: patience))
        let visitors = Visitors()
        let begin: @Sendable (any Channel) -> EventLoopFuture<HTTP1Channel.Value> = { child in
            do { try visitors.enter(child) } catch {
                // By hand: NIO forgets a child that was refused and leaves its descriptor open.
                child.close(promise: nil)
                return child.eventLoop.makeFailedFuture(error)
            }
            return http.setup(channel: child, logger: logger)
        }
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
        let server =
            if let inherited = inheritedListener() {
                try await bootstrap.bind(inherited.release(), childChannelInitializer: begin)
            } else {
                try await bootstrap.bind(
                    unixDomainSocketPath: path, cleanupExistingSocketFile: true, childChannelInitializer: begin)
            }
        try running()
        try await server.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    group.addTask { await http.handle(value: connection, logger: logger) }
                }
            }
        }
    }

    /// Closes the connection unless it is cancelled in time: each byte of a trickle counts as a sign of life elsewhere.
    private func deadline(of channel: any Channel) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }
}

extension Request {
    /// The same request once all of its body is here; of one that is too large only so much that this is seen.
    fileprivate func arrived() async throws -> Request {
        var bytes = ByteBuffer()
        for try await part in body where bytes.readableBytes <= ControlRequest.bound {
            bytes.writeImmutableBuffer(part)
        }
        var whole = self
        whole.body = RequestBody(buffer: bytes)
        return whole
    }
}

/// Who is connected: no user may take the places of all others.
private final class Visitors: Sendable {
    private let counts = Mutex<[UInt32: Int]>([:])

    /// Connections that one user may have at once: half of what capture is asked at once.
    private static let most = CaptureLink.width / 2

    struct TooMany: Error {}

    /// Counts a connection until it closes.
    func enter(_ child: any Channel) throws {
        let user = try child.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            try Peer(ofSocket: $0).uid
        }
        guard let user else { throw TooMany() }
        try counts.withLock { counts in
            guard counts[user, default: 0] < Self.most else { throw TooMany() }
            counts[user, default: 0] += 1
        }
        child.closeFuture.whenComplete { _ in
            self.counts.withLock { $0[user, default: 1] -= 1 }
        }
    }
}
