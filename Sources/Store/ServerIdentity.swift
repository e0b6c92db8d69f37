import NIOSSL
import Synchronization

/// The certificate that the store shows and its key. New connections get the newest; nothing is cut for it.
final class ServerIdentity: Sendable {
    private struct Pair {
        let chain: [NIOSSLCertificateSource]
        let key: NIOSSLPrivateKeySource
    }

    private let shown: Mutex<Pair>

    /// - Parameters:
    ///   - certificates: PEM of the certificate and its chain.
    ///   - privateKey: PEM of its key.
    /// - Throws: NIOSSL's error where either cannot be read.
    init(certificates: [UInt8], privateKey: [UInt8]) throws {
        shown = Mutex(try Self.parsed(certificates, privateKey))
    }

    func show(certificates: [UInt8], privateKey: [UInt8]) throws {
        let renewed = try Self.parsed(certificates, privateKey)
        shown.withLock { $0 = renewed }
    }

    /// TLS 1.3 with whatever is shown when a client says hello.
    func configuration() -> TLSConfiguration {
        let pair = shown.withLock { $0 }
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: pair.chain, privateKey: pair.key)
        tls.minimumTLSVersion = .tlsv13
        tls.sslContextCallback = { _, answer in
            let pair = self.shown.withLock { $0 }
            var identity = NIOSSLContextConfigurationOverride()
            identity.certificateChain = pair.chain
            identity.privateKey = pair.key
            answer.succeed(identity)
        }
        return tls
    }

    private static func parsed(_ certificates: [UInt8], _ privateKey: [UInt8]) throws -> Pair {
        Pair(
            chain: try NIOSSLCertificate.fromPEMBytes(certificates).map { .certificate($0) },
            key: .privateKey(try NIOSSLPrivateKey(bytes: privateKey, format: .pem)))
    }
}
