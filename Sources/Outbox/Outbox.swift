import BundleFormat
import Linux
import Policy
import Seal

/// Why the outbox could not do what was asked.
package enum OutboxError: Error, Equatable, Sendable {
    /// No room, a read-only or failing disk: nothing was acknowledged and nothing half is left.
    case notDurable(SystemCallError)
    case unreadable(FileError)
    /// No bundle of this name is here.
    case absent(BundleFileName)
    /// The file differs from the digest that stands beside it.
    case altered(BundleFileName)
}

/// A bundle that is durable in the outbox.
package struct OutboxTicket: Sendable, Equatable {
    package let name: BundleFileName
    /// SHA-256 of the file.
    package let digest: Digest
    /// SHA-256 of its manifest.txt.
    package let manifest: Digest
    /// Bytes of the file.
    package let size: Int
}

/// The folder of sealed bundles between capture, which writes it, and forward, which reads it.
///
/// A bundle is `<name>.obs` with `<name>.sha256` beside it; `<name>.go` lets it leave. Files are immutable; each appears
/// whole or not at all, and is durable when the call that made it returns.
package struct Outbox: ~Copyable, Sendable {
    private let folder: Folder

    package init(_ folder: consuming Folder) { self.folder = folder }

    /// Writes a small file and removes it again, both durably.
    ///
    /// - Throws: `notDurable` on a disk that is read-only, full or failing.
    package func proveWritable() throws(OutboxError) {
        try durable { () throws(SystemCallError) in
            try folder.put([], as: ".trial")
            try folder.remove(".trial")
        }
    }

    /// Bytes that its disk still takes.
    package func free() throws(OutboxError) -> Int64 {
        do { return try folder.free() } catch { throw .unreadable(.system(error)) }
    }

    /// Makes a bundle durable.
    ///
    /// - Throws: `notDurable` when it could not be written; then nothing of it is left. EEXIST where a bundle of this
    ///   name is here already; that one stays.
    package func put(_ bundle: consuming SealedBundle) throws(OutboxError) -> OutboxTicket {
        let name = bundle.name
        let temporary = ".\(name).obs.tmp"
        try durable { () throws(SystemCallError) in
            guard try folder.size(of: "\(name).obs") == nil else {
                throw SystemCallError(call: "rename", errno: Errno.exists)
            }
        }
        do throws(SystemCallError) {
            // The digest goes first: where the bundle is, its digest is.
            try folder.put(bundle.digestLine, as: "\(name).sha256")
            let file = try folder.create(temporary, mode: 0o640)
            try bundle.withChunks { chunk throws(SystemCallError) in try writeAll(chunk, to: file) }
            try syncAll(file)
            try folder.rename(temporary, to: "\(name).obs")
            try folder.sync()
        } catch {
            // Nothing of it is synced again: what a failed fsync lost, the next one would not miss. A new shot writes anew.
            try? folder.remove(temporary)
            try? folder.remove("\(name).obs")
            try? folder.remove("\(name).sha256")
            try? folder.sync()
            throw .notDurable(error)
        }
        return OutboxTicket(name: name, digest: bundle.digest, manifest: bundle.manifestDigest, size: bundle.size)
    }

    /// Lets a bundle leave.
    package func release(_ name: BundleFileName) throws(OutboxError) {
        try durable { () throws(SystemCallError) in try folder.put([], as: "\(name).go") }
    }

    /// The bundles that are here, in the order of their sequence numbers.
    package func bundles() throws(OutboxError) -> [BundleFileName] {
        do { return try folder.names().compactMap(Self.bundle).sorted { $0.seq < $1.seq } } catch {
            throw .unreadable(.system(error))
        }
    }

    private static func bundle(_ file: String) -> BundleFileName? {
        guard file.hasSuffix(".obs"), !file.hasPrefix(".") else { return nil }
        return try? BundleFileName(parsing: file.dropLast(4))
    }

    package func isReleased(_ name: BundleFileName) -> Bool { (try? folder.size(of: "\(name).go")) ?? nil != nil }

    /// Puts a signed text (notice, enrolment, journal head) beside the bundles: `<name>` and `<name>.sig`.
    package func put(statement: [UInt8], signature: [UInt8], as name: String) throws(OutboxError) {
        try durable { () throws(SystemCallError) in
            // The signature first: where the statement is, its signature is.
            try folder.put(signature, as: "\(name).sig")
            try folder.put(statement, as: name)
        }
    }

    /// The consents whose withdrawal the clinic is told of by a signed notice that is here.
    package func withdrawals() throws(OutboxError) -> Set<Digest> {
        do {
            let names = try folder.names()
            var consents: Set<Digest> = []
            let notices = names.filter { $0.hasPrefix("notice-") && $0.hasSuffix(".txt") }
            for name in notices where names.contains("\(name).sig") {
                let notice = try Notice(parsing: try folder.read(name, bound: 4096))
                if notice.act == .withdrawn { consents.insert(notice.consent) }
            }
            return consents
        } catch let error as SystemCallError {
            throw .unreadable(.system(error))
        } catch let error as FileError { throw .unreadable(error) } catch { throw .unreadable(.short) }
    }

    /// Puts a small file that forward reads: the ticket, the store's address, the station's key.
    package func put(_ bytes: [UInt8], as name: String) throws(OutboxError) {
        try durable { () throws(SystemCallError) in try folder.put(bytes, as: name) }
    }

    /// Whether a bundle's signed tombstone is here; where the bundle still is as well, a crash came between the two.
    package func isBuried(_ name: BundleFileName) -> Bool {
        (try? folder.size(of: "\(name).tombstone")) ?? nil != nil
    }

    /// Replaces a bundle by its signed tombstone.
    package func bury(_ name: BundleFileName, tombstone: [UInt8], signature: [UInt8]) throws(OutboxError) {
        try put(statement: tombstone, signature: signature, as: "\(name).tombstone")
        try remove(name)
    }

    /// Ends a bundle's stay: the clinic's signed word is there.
    ///
    /// - Throws: `absent` when the word is about another bundle.
    package func retire(_ name: BundleFileName, by receipt: DeliveryReceipt) throws(OutboxError) {
        let facts = receipt.claims.bundle
        guard facts.id == "\(name.id)", facts.sequence == Int64(name.seq) else { throw .absent(name) }
        try remove(name)
    }

    /// Removes what is left of a bundle that the journal says was retired or voided.
    package func clear(_ name: BundleFileName) throws(OutboxError) { try remove(name) }

    /// Takes back a bundle that was put and never acknowledged.
    package func discard(_ ticket: OutboxTicket) throws(OutboxError) { try remove(ticket.name) }

    private func remove(_ name: BundleFileName) throws(OutboxError) {
        try durable { () throws(SystemCallError) in
            for suffix in ["obs", "go", "sha256"] {
                do throws(SystemCallError) { try folder.remove("\(name).\(suffix)") } catch {
                    if error.errno != Errno.noEntry { throw error }
                }
            }
            try folder.sync()
        }
    }

    /// Removes what a crash left half: temporary files, digests without their bundle, signatures without their statement.
    ///
    /// - Returns: how many files.
    package func sweep() throws(OutboxError) -> Int {
        let names: [String]
        do { names = try folder.names() } catch { throw .unreadable(.system(error)) }
        let present = Set(names)
        let halves = names.filter { file in
            if file.hasPrefix("."), file.hasSuffix(".tmp") { return true }
            guard let dot = file.lastIndex(of: ".") else { return false }
            let stem = file[..<dot]
            return switch file[dot...] {
            case ".sha256", ".go": !present.contains("\(stem).obs")
            case ".sig": !present.contains(String(stem))
            default: false
            }
        }
        try durable { () throws(SystemCallError) in
            for file in halves { try folder.remove(file) }
            if !halves.isEmpty { try folder.sync() }
        }
        return halves.count
    }

    /// Reads a bundle through and compares it with the digest beside it.
    package func check(_ name: BundleFileName) throws(OutboxError) -> OutboxTicket {
        do {
            let scan = try BundleScan.read(try folder.open("\(name).obs"))
            let line = try folder.read("\(name).sha256", bound: 256)
            guard line == Array("\(scan.digest)  \(name).obs\n".utf8) else { throw OutboxError.altered(name) }
            return OutboxTicket(
                name: name, digest: scan.digest, manifest: try scan.manifest.digest(), size: scan.size)
        } catch let error as SystemCallError {
            throw error.errno == Errno.noEntry ? .absent(name) : .unreadable(.system(error))
        } catch let error as FileError {
            throw .unreadable(error)
        } catch { throw .altered(name) }
    }

    private func durable(_ body: () throws(SystemCallError) -> Void) throws(OutboxError) {
        do { try body() } catch { throw .notDurable(error) }
    }
}
