import NIOCore
import NIOPosix
import Synchronization

/// A TCP relay on the loopback that breaks connections off and counts the client's bytes.
package final class CutProxy: Sendable {
    private let cuts: Mutex<[Int]>
    private let counted = Atomic<Int>(0)
    private let target: Int

    private init(_ target: Int, _ cuts: [Int]) {
        self.target = target
        self.cuts = Mutex(cuts)
    }

    /// Bytes that clients sent, all connections together.
    package var bytes: Int { counted.load(ordering: .relaxed) }

    /// Relays while `body` runs: the i-th connection is broken after `cuts[i]` client bytes, later ones never.
    package static func relaying<Value: Sendable>(
        to target: Int, cuts: [Int], _ body: @Sendable (Int, CutProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = CutProxy(target, cuts)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { client in proxy.relay(client) }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = server.localAddress?.port ?? 0
        do {
            let value = try await body(port, proxy)
            try await server.close()
            return value
        } catch {
            try? await server.close()
            throw error
        }
    }

    private func relay(_ client: any Channel) -> EventLoopFuture<Void> {
        let cut = cuts.withLock { $0.isEmpty ? Int.max : $0.removeFirst() }
        return ClientBootstrap(group: client.eventLoop).connect(host: "127.0.0.1", port: target).flatMap { server in
            client.eventLoop.makeCompletedFuture {
                try server.pipeline.syncOperations.addHandler(Pass(to: client, limit: .max) { _ in })
                try client.pipeline.syncOperations.addHandler(
                    Pass(to: server, limit: cut) { self.counted.add($0, ordering: .relaxed) })
            }
        }
    }
}

/// Passes bytes on; after `limit` of them it breaks both sides off.
private final class Pass: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel
    private var left: Int
    private let count: (Int) -> Void

    init(to other: any Channel, limit: Int, _ count: @escaping (Int) -> Void) {
        self.other = other
        left = limit
        self.count = count
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        let readable = buffer.readableBytes
        count(readable)
        if readable >= left {
            let other = other
            // Only after the last byte went out, and the sending half alone: a full close drops what still waits, and
            // its reset makes the other end drop what it has not read yet.
            other.writeAndFlush(buffer.readSlice(length: left) ?? ByteBuffer()).whenComplete { _ in
                other.close(mode: .output, promise: nil)
            }
            left = .max
            context.close(promise: nil)
        } else {
            left -= readable
            other.writeAndFlush(buffer, promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
