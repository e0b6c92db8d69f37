import NIOCore
import NIOPosix
import NIOSSL

/// A TLS server that says what the test tells it to, true or not.
package enum ScriptedStore {
    package enum Reply: Sendable {
        /// The whole answer, head and body.
        case text(String)
        case silence
        /// A head, and then a byte of a body ten times a second.
        case drip
        case close
    }

    /// Serves while `body` runs; `script` gets each request's first line, once its body has come.
    package static func serving<Value: Sendable>(
        _ tls: Certificates, newest: TLSVersion? = nil, script: @escaping @Sendable (String) -> Reply,
        _ body: @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(tls.server.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(tls.serverKey.utf8), format: .pem)))
        configuration.maximumTLSVersion = newest
        let context = try NIOSSLContext(configuration: configuration)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOSSLServerHandler(context: context), Script(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let value = try await body(server.localAddress?.port ?? 0)
            try await server.close()
            return value
        } catch {
            try? await server.close()
            throw error
        }
    }
}

/// Reads requests with a Content-Length or none and answers each.
private final class Script: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let script: (String) -> ScriptedStore.Reply
    private var bytes: [UInt8] = []

    init(_ script: @escaping (String) -> ScriptedStore.Reply) { self.script = script }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
        while let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound {
            let lines = String(decoding: bytes[..<end], as: UTF8.self).lowercased().split(separator: "\r\n")
            let length =
                lines.first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
            guard bytes.count >= end + length else { return }
            let first = String(decoding: bytes.prefix { $0 != 0x0d }, as: UTF8.self)
            bytes.removeFirst(end + length)
            switch script(first) {
            case .text(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .silence: break
            case .drip:
                let head = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
                context.writeAndFlush(wrapOutboundOut(head), promise: nil)
                drip(to: context.channel)
            case .close: context.close(promise: nil)
            }
        }
    }

    private func drip(to channel: any Channel) {
        channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(100)) { task in
            if !channel.isActive { return task.cancel() }
            channel.writeAndFlush(ByteBuffer(string: "a"), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
