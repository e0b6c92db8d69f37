import BundleFormat
import JOSE
import Linux
import Policy
import Synchronization

/// The store's files.
///
/// `uploads/<station>-<digest>.{part,length,head}` while a bundle comes in;
/// `store/<station>/<seq>-<id>.obs`, `.receipt.jws` beside it and `<digest>.stored`, which names it, afterwards;
/// `<seq>-<id>.opened.jws` where a key holder's opener has put one.
/// A class because requests of many connections share the open folders; all state is on the disk.
final class StoreFolders: Sendable {
    static let longestReceipt = 8192

    let configuration: StoreConfiguration
    let root: Folder
    let store: Folder
    let uploads: Folder
    /// Held from looking for a bundle's name to taking it.
    private let naming = Mutex<Void>(())

    init(_ configuration: StoreConfiguration) throws(SystemCallError) {
        self.configuration = configuration
        root = try Folder(path: configuration.folder)
        for name in ["store", "uploads", "enrolments", "tombstones", "notices"] {
            try root.makeFolder(name, mode: 0o750)
        }
        store = try Folder("store", in: root)
        uploads = try Folder("uploads", in: root)
        try root.sync()
    }

    /// A folder inside one of the store's, made where it is missing.
    func folder(_ name: String, in parent: borrowing Folder) throws(SystemCallError) -> Folder {
        try parent.makeFolder(name, mode: 0o750)
        try parent.sync()
        return try Folder(name, in: parent)
    }

    /// The receipt of a bundle that is stored; nil when it is not.
    ///
    /// A receipt that a crash left out is made now; one that an opener signed goes before the store's own.
    func receipt(for upload: UploadName, _ caller: Caller) throws -> [UInt8]? {
        for station in caller.stations {
            if let receipt = try receipt(for: upload, of: station, caller) { return receipt }
        }
        return nil
    }

    private func receipt(for upload: UploadName, of station: Digest, _ caller: Caller) throws -> [UInt8]? {
        guard try store.size(of: station.hex) != nil else { return nil }
        let folder = try Folder(station.hex, in: store)
        guard try folder.size(of: "\(upload.digest).stored") != nil else { return nil }
        let mark = String(decoding: try folder.read("\(upload.digest).stored", bound: 64), as: UTF8.self)
        let name = try BundleFileName(parsing: mark)
        guard let size = try folder.size(of: "\(name).obs") else { return nil }
        for kind in ["opened", "receipt"] where try folder.size(of: "\(name).\(kind).jws") != nil {
            return try folder.read("\(name).\(kind).jws", bound: Self.longestReceipt)
        }
        return try sign(name, upload, of: station, size: size, in: folder, caller)
    }

    /// Moves a verified part to its place, durably, and signs its receipt.
    func keep(
        _ upload: UploadName, as name: BundleFileName, of station: Digest, size: Int, _ caller: Caller
    ) throws -> [UInt8] {
        let folder = try folder(station.hex, in: store)
        try naming.withLock { _ in
            guard try folder.size(of: "\(name).obs") == nil else { throw Problem(.unprocessableContent, "name-taken") }
            // The mark first: it means nothing until the bundle is there, and then it must not be missing.
            try folder.put(Array("\(name)".utf8), as: "\(upload.digest).stored")
            try uploads.move(upload.part, into: folder, as: "\(name).obs")
        }
        try folder.sync()
        try uploads.sync()
        let receipt = try sign(name, upload, of: station, size: size, in: folder, caller)
        try? uploads.remove(upload.length)
        try? uploads.remove(upload.head)
        return receipt
    }

    private func sign(
        _ name: BundleFileName, _ upload: UploadName, of station: Digest, size: Int, in folder: borrowing Folder,
        _ caller: Caller
    ) throws -> [UInt8] {
        let now = configuration.now()
        let receipt = try configuration.signReceipt(
            ReceiptClaims(
                iss: caller.policy.claims.iss, store: caller.policy.claims.store.name, kind: .stored,
                bundle: .init(
                    id: "\(name.id)", station: Fingerprint(hex: station.hex), sequence: Int64(name.seq),
                    size: Int64(size), sha256: upload.digest.hex),
                storedAt: now, issuedAt: now))
        try folder.put(receipt, as: "\(name).receipt.jws")
        return receipt
    }

    /// Forgets an upload that is not finished.
    func drop(_ upload: UploadName) throws(SystemCallError) {
        for name in [upload.part, upload.length, upload.head] {
            do { try uploads.remove(name) } catch {
                guard error.isAbsent else { throw error }
            }
        }
        try uploads.sync()
    }

    func isVoided(_ bundle: BundleID) throws -> Bool {
        try Folder("tombstones", in: root).size(of: "\(bundle).tombstone") != nil
    }
}
