import AEAD
import Age
import BundleFormat
import LockedMemory

/// The bytes of a bundle as they come into being, in order, with the hash of them all.
struct Pieces: ~Copyable {
    /// A class so that an array can hold sealed files, which cannot be copied.
    final class Piece: Sendable {
        enum Content: ~Copyable, Sendable {
            case plain([UInt8])
            case sealed(SealedEntry)
        }

        let content: Content
        init(_ content: consuming Content) { self.content = content }
    }

    var hash: SHA256Stream
    var assets = 0
    private(set) var entries: [Manifest.Entry] = []
    private(set) var all: [Piece] = []
    private(set) var size = 0

    init() throws(SealError) {
        do { hash = try SHA256Stream() } catch { throw .crypto(error) }
    }

    /// Appends a whole entry that stands in clear.
    mutating func add(_ path: EntryPath, _ bytes: [UInt8]) throws(SealError) {
        try append(
            TarHeader.encode(path, size: bytes.count) + bytes + Self.zeros(TarHeader.padding(after: bytes.count)))
        if path.isListed {
            do { entries.append(.init(path: path, digest: try .of(bytes))) } catch { throw .format(error) }
        }
    }

    /// Appends the header of an entry whose bytes go into `hash` on their own.
    mutating func begin(_ path: EntryPath, size: Int) throws(SealError) {
        try append(TarHeader.encode(path, size: size))
    }

    /// Appends the entry that was begun; its bytes are in `hash` already.
    mutating func end(_ path: EntryPath, _ entry: consuming SealedEntry) throws(SealError) {
        let count = entry.file.size
        entries.append(.init(path: path, digest: entry.digest))
        all.append(Piece(.sealed(entry)))
        size += count
        try append(Self.zeros(TarHeader.padding(after: count)))
    }

    /// Appends the two zero blocks that end a tar.
    mutating func close() throws(SealError) { try append(Self.zeros(2 * TarHeader.block)) }

    /// SHA-256 of all bytes.
    consuming func finishHash() throws(AEADError) -> [UInt8] { try hash.finish() }

    private mutating func append(_ bytes: [UInt8]) throws(SealError) {
        guard !bytes.isEmpty else { return }
        do { try hash.update(bytes.span) } catch { throw .crypto(error) }
        size += bytes.count
        all.append(Piece(.plain(bytes)))
    }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}
