import NIOCore
import NIOPosix
import Synchronization

/// A TCP relay on the loopback that breaks connections off and counts the client's bytes.
package final class CutProxy: Sendable {
    private let cuts: Mutex<[Int]>
    private let counted = Atomic<Int>(0)
    private let target: Int
    private let mayBreak: @Sendable () -> Bool

    private init(_ target: Int, _ cuts: [Int], _ mayBreak: @escaping @Sendable () -> Bool) {
        self.target = target
        self.cuts = Mutex(cuts)
        self.mayBreak = mayBreak
    }

    /// Bytes that clients sent, all connections together.
    package var bytes: Int { counted.load(ordering: .relaxed) }

    /// Relays while `body` runs: the i-th connection is broken after `cuts[i]` client bytes, later ones never.
    ///
    /// - Parameter mayBreak: asked when a connection has had its bytes; until it agrees, nothing passes and nothing breaks.
    package static func relaying<Value: Sendable>(
        to target: Int, cuts: [Int], mayBreak: @escaping @Sendable () -> Bool = { true },
        _ body: @Sendable (Int, CutProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = CutProxy(target, cuts, mayBreak)
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
                try server.pipeline.syncOperations.addHandler(
                    Pass(to: client, limit: .max, mayBreak: { true }) { _ in })
                try client.pipeline.syncOperations.addHandler(
                    Pass(to: server, limit: cut, mayBreak: self.mayBreak) { self.counted.add($0, ordering: .relaxed) })
            }
        }
    }
}

/// Passes bytes on; after `limit` of them it breaks both sides off.
private final class Pass: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel
    private var left: Int
    private let mayBreak: @Sendable () -> Bool
    private let count: (Int) -> Void
    private var hasEnded = false

    init(to other: any Channel, limit: Int, mayBreak: @escaping @Sendable () -> Bool, _ count: @escaping (Int) -> Void)
    {
        self.other = other
        left = limit
        self.mayBreak = mayBreak
        self.count = count
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if hasEnded { return }
        let readable = buffer.readableBytes
        count(readable)
        if readable >= left {
            hasEnded = true
            other.writeAndFlush(buffer.readSlice(length: left) ?? ByteBuffer(), promise: nil)
            breakOff(context.channel)
        } else {
            left -= readable
            other.writeAndFlush(buffer, promise: nil)
        }
    }

    private func breakOff(_ channel: any Channel) {
        guard mayBreak() else {
            channel.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(10)) { self.breakOff(channel) }
            return
        }
        other.close(promise: nil)
        channel.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
