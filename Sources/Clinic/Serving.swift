import Foundation
import Policy
import Store

extension ClinicFolder {
    /// Seconds between looks at what stations sent.
    private static let tick: Int64 = 5

    /// Runs the store on this folder until SIGTERM, SIGINT or the task's cancellation.
    ///
    /// - Parameters:
    ///   - address: a literal address to listen on.
    ///   - port: 0 takes a free one.
    ///   - now: seconds since 1970.
    ///   - listening: called with the port when connections are taken.
    package func serve(
        address: String, port: Int, now: @escaping @Sendable () -> Int64,
        listening: @escaping @Sendable (Int) -> Void
    ) async throws {
        try requireDrill()
        try renewCertificateIfDue(at: now())
        try signList(at: now())
        let server = try StoreServer(
            try storeConfiguration(address: address, port: port, now: now, listening: listening))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { await keepCurrent(now: now) }
            // The server ends by a signal, or throws when it cannot listen; the other never ends by itself.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func storeConfiguration(
        address: String, port: Int, now: @escaping @Sendable () -> Int64,
        listening: @escaping @Sendable (Int) -> Void
    ) throws(ClinicError) -> StoreConfiguration {
        let receiptKey = try key(.receipt)
        return StoreConfiguration(
            folder: path, certificates: try read(CertificateAuthority.serverCertificateFile),
            privateKey: try read(CertificateAuthority.serverKeyFile), address: address, port: port,
            policy: { try policy() },
            list: { number in number == 1 ? try read(Self.listFile, bound: 2 << 20) : nil },
            signReceipt: { try $0.sign(kid: KeyRole.receipt.kid, key: receiptKey) }, now: now, listening: listening)
    }

    /// Applies what patients said at the chair, and signs the list again twice in each `ttl`, until it is cancelled.
    private func keepCurrent(now: @Sendable () -> Int64) async {
        var signedAt = now()
        while true {
            do { try await Task.sleep(for: .seconds(Self.tick)) } catch { return }
            // A disk that is full now may have room at the next look; stations go on with the list they have.
            _ = try? takeNotices(at: now())
            guard now() - signedAt >= Self.listTTL / 2 || now() < signedAt else { continue }
            if (try? signList(at: now())) != nil { signedAt = now() }
        }
    }
}
