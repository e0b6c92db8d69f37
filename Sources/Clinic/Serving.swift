import Foundation
import Linux
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
    ///   - certificateCheck: seconds between looks at the age of the server's certificate.
    ///   - now: seconds since 1970.
    ///   - listening: called with the port when connections are taken.
    package func serve(
        address: String, port: Int, certificateCheck: Int64 = 86_400, now: @escaping @Sendable () -> Int64,
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
            group.addTask { await keepCertificate(of: server, every: certificateCheck, now: now) }
            // The server ends by a signal, or throws when it cannot listen; the others never end by themselves.
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

    /// Renews the server's certificate in time, without a client noticing, until it is cancelled.
    private func keepCertificate(of server: StoreServer, every seconds: Int64, now: @Sendable () -> Int64) async {
        var shown = try? read(CertificateAuthority.serverCertificateFile)
        while true {
            do { try await Task.sleep(for: .seconds(seconds)) } catch { return }
            do {
                try renewCertificateIfDue(at: now())
                // Compared, not told: another program may have renewed it, or the last attempt ended half-way.
                let certificates = try read(CertificateAuthority.serverCertificateFile)
                guard certificates != shown else { continue }
                try server.show(
                    certificates: certificates, privateKey: try read(CertificateAuthority.serverKeyFile))
                shown = certificates
                complain("obscura-clinic: the store's certificate was renewed")
            } catch {
                // There are thirty days to mend it, and a line on each of them.
                complain("obscura-clinic: the store's certificate could not be renewed: \(error)")
            }
        }
    }
}
