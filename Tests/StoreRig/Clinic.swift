import BundleFormat
import Crypto
import Foundation
import JOSE
import Policy
import Store
import Synchronization

/// A folder that goes away with its owner.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        path = NSTemporaryDirectory() + "obscura-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func make(_ name: String) throws -> String {
        let inner = "\(path)/\(name)"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
        return inner
    }
}

/// A clinic that approves stations and runs a real store on a port of the loopback.
package final class Clinic: Sendable {
    package let folder: TemporaryFolder
    package let tls: Certificates
    package let root = P256.Signing.PrivateKey()
    package let receiptKey = P256.Signing.PrivateKey()
    private let current: Mutex<ClinicPolicy>

    package init(kind: PolicyClaims.Kind = .demonstration) throws {
        folder = try TemporaryFolder()
        tls = try Certificates()
        let claims = PolicyClaims(
            iss: "clinic.example", version: 1, issuedAt: 1_700_000_000, kind: kind, root: PublicKey(root.publicKey),
            store: .init(name: "store-1", url: "https://127.0.0.1:8443", ca: tls.authority))
        current = Mutex(try Self.signed(claims, root))
    }

    package var policy: ClinicPolicy { current.withLock { $0 } }

    package func approve(_ station: Station, _ state: PolicyClaims.Station.State = .approved) throws {
        var claims = policy.claims
        claims.version += 1
        claims.stations.removeAll { $0.key.hex == station.key.fingerprint.hex }
        claims.stations.append(
            .init(
                name: station.name, key: try Fingerprint(hex: station.key.fingerprint.hex),
                keys: station.origin == .tpm ? .tpm : .software, state: state))
        let signed = try Self.signed(claims, root)
        current.withLock { $0 = signed }
    }

    private static func signed(_ claims: PolicyClaims, _ root: P256.Signing.PrivateKey) throws -> ClinicPolicy {
        try ClinicPolicy(
            verifying: ClinicPolicy.sign(claims, root: root), pinnedRoot: PublicKey(root.publicKey).fingerprint,
            notOlderThan: nil)
    }

    /// Runs a store on the clinic's folder while `body` runs.
    package func serving<Value: Sendable>(
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) },
        _ body: @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let server = try StoreServer(
            StoreConfiguration(
                folder: folder.path, certificates: Array(tls.server.utf8), privateKey: Array(tls.serverKey.utf8),
                address: "127.0.0.1", port: 0, largestBundle: 64 << 20, policy: { self.policy },
                list: { $0 == 1 ? Array("aGVhZA.bGlzdA.c2ln".utf8) : nil },
                signReceipt: { try $0.sign(kid: "receipt-1", key: self.receiptKey) },
                now: now, listening: { announce.yield($0) }))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
            let value = try await body(port)
            group.cancelAll()
            return value
        }
    }

    /// Everything below the store's folder, as paths.
    package func storedFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.contains(".") }.sorted()
    }

    /// Bytes that the store holds of the upload that has begun, or nil.
    package func partSize() throws -> Int? {
        guard let part = try storedFiles().first(where: { $0.hasSuffix(".part") }) else { return nil }
        return try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(part)")[.size] as? Int
    }
}
