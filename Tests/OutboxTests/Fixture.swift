import AEAD
import Age
import BundleFormat
import Crypto
import Foundation
import JOSE
import Linux
import LockedMemory
import Open
import Outbox
import Policy

@testable import Seal

/// A station with a software key, an outbox of its own, and a clinic that signs receipts.
struct Fixture {
    let path: String
    let stationKey = P256.Signing.PrivateKey()
    let clinicRoot = P256.Signing.PrivateKey()
    let receiptKey = P256.Signing.PrivateKey()

    func outbox() throws -> Outbox { Outbox(try Folder(path: path)) }
    func names() throws -> [String] { try Folder(path: path).names() }
    func bytes(_ name: String) throws -> [UInt8] { try Folder(path: path).read(name, bound: 1 << 24) }
    func write(_ bytes: [UInt8], _ name: String) throws { try Folder(path: path).put(bytes, as: name) }

    /// A signed bundle of one asset.
    func bundle(seq: UInt64, id: BundleID? = nil, bytes: Int = 3) throws -> SealedBundle {
        let key = try StationKey(der: Array(stationKey.publicKey.derRepresentation))
        let recipient = try Recipient(try Identity.generate().recipient!)
        let mix = try KeyMix.random()
        let facts = BundleFormat.BundleFacts(
            bundle: try id ?? .random(), station: key.fingerprint, keys: .software, seq: seq, previous: nil,
            day: try Day(parsing: "2026-11-21"), epoch: 1, origin: .replay, policy: try .of([1]), consent: try .of([2]))
        var writer = try BundleWriter(facts, key: key)
        _ = try writer.add(try LockedBytes(count: bytes), to: [recipient], mix: mix)
        let prepared = try writer.prepare(
            index: try LockedBytes(copying: Array("{}".utf8).span), to: recipient, mix: mix)
        let signature = Array(try stationKey.signature(for: prepared.manifestText).derRepresentation)
        return try prepared.finish(signature: signature)
    }

    /// The clinic's word that it holds the bundle.
    func receipt(for ticket: OutboxTicket) throws -> DeliveryReceipt {
        var claims = PolicyClaims(
            iss: "clinic.example", version: 1, issuedAt: 1_795_248_000, kind: .demonstration,
            root: PublicKey(clinicRoot.publicKey),
            store: PolicyClaims.Store(name: "store-1", url: "https://127.0.0.1:8443", ca: "PEM"))
        claims.receipts = [
            PolicyClaims.ReceiptKey(kid: "receipt-1", kind: .stored, key: PublicKey(receiptKey.publicKey))
        ]
        let policy = try ClinicPolicy(
            verifying: try ClinicPolicy.sign(claims, root: clinicRoot),
            pinnedRoot: PublicKey(clinicRoot.publicKey).fingerprint, notOlderThan: nil)
        let facts = Policy.BundleFacts(
            id: "\(ticket.name.id)", station: PublicKey(stationKey.publicKey).fingerprint,
            sequence: Int64(ticket.name.seq), size: Int64(ticket.size), sha256: ticket.digest.hex)
        let word = ReceiptClaims(
            iss: "clinic.example", store: "store-1", kind: .stored, bundle: facts, storedAt: 1_795_248_001,
            issuedAt: 1_795_248_001)
        return try DeliveryReceipt(
            verifying: try word.sign(kid: "receipt-1", key: receiptKey), policy: policy, expecting: facts)
    }
}

/// An outbox of this test's own; gone afterwards.
func withOutbox(_ body: (Fixture) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(Fixture(path: url.path))
}
