import Age
import BundleFormat
import Crypto
import Linux
import LockedMemory
import Outbox

@testable import Seal

/// Seals 64 MiB as a station does: in locked memory, to one X-Wing recipient.
struct Sealing {
    static let size = 64 << 20
    private let folder: String
    private let recipient: Recipient
    private let signer = P256.Signing.PrivateKey()

    init(folder: String) throws {
        self.folder = folder
        let key = try XWingMLKEM768X25519.PrivateKey.generate()
        guard let text = RecipientText(key: Array(key.publicKey.rawRepresentation)) else { throw SealError.noRecipient }
        recipient = try Recipient(text)
    }

    private static func asset() throws -> LockedBytes {
        var plain = try LockedBytes(count: size)
        var span = plain.mutableSpan
        for place in stride(from: 0, to: size, by: 4096) { span[place] = UInt8(truncatingIfNeeded: place >> 12) }
        return plain
    }

    /// One age file; written as `age -o` writes it, without waiting for the disk.
    func file(written: Bool) throws -> Spent {
        let folder = try Folder(path: folder)
        return try Spent.best(of: 5) {
            let plain = try Self.asset()
            let mix = try KeyMix.random()
            var asset: LockedBytes? = consume plain
            // Wiping and unmapping come after the file is written.
            var kept: SealedFile?
            let spent = try Spent.on {
                guard let plain = asset.take() else { return }
                let file = try SealedFile(plain, to: [recipient], mix: mix)
                if written {
                    let target = try folder.create("sealed.age", mode: 0o600)
                    try file.withPieces { piece throws(SystemCallError) in try writeAll(piece, to: target) }
                }
                kept = consume file
            }
            guard let file = kept.take(), file.size > Self.size else { throw SealError.assetSize(0) }
            // A file system may wait for the disk where a file is overwritten; the next one is new.
            if written { try folder.remove("sealed.age") }
            return spent
        }
    }

    /// A whole bundle, durable in an outbox; signed in software.
    func bundle() throws -> Spent {
        var seq: UInt64 = 0
        return try Spent.best(of: 3) {
            seq += 1
            let key = try StationKey(der: Array(signer.publicKey.derRepresentation))
            let facts = BundleFacts(
                bundle: try .random(), station: key.fingerprint, keys: .software, seq: seq, previous: nil,
                day: try Day(parsing: "2026-11-21"), epoch: 1, origin: .replay, policy: try .of([1]),
                consent: try .of([2]))
            let plain = try Self.asset()
            let mix = try KeyMix.random()
            let outbox = Outbox(try Folder(path: folder))
            var asset: LockedBytes? = consume plain
            let spent = try Spent.on {
                guard let plain = asset.take() else { return }
                var writer = try BundleWriter(facts, key: key)
                _ = try writer.add(plain, to: [recipient], mix: mix)
                let index = try LockedBytes(copying: Array("{}".utf8).span)
                let prepared = try writer.prepare(index: index, to: recipient, mix: mix)
                let signature = Array(try signer.signature(for: prepared.manifestText).derRepresentation)
                _ = try outbox.put(try prepared.finish(signature: signature))
            }
            return spent
        }
    }
}
