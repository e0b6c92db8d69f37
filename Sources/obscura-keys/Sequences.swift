import KeyLink
import Linux

/// The last sequence signed of each kind, durable before the signature leaves.
struct Sequences: Equatable {
    private var last: [DocumentKind: UInt64] = [:]

    static let fileName = "sequences"
    private static let label = "obscura-keys-sequences/1"
    private static let words: [(kind: DocumentKind, word: String)] = [
        (.manifest, "manifest"), (.journalHead, "journal-head"), (.tombstone, "tombstone"), (.notice, "notice"),
        (.ticket, "ticket"),
    ]

    /// Nothing signed yet.
    init() {}

    /// Nil where there is no file.
    init?(readingFrom folder: borrowing Folder) throws(KeysError) {
        let bytes: [UInt8]
        do {
            guard try folder.size(of: Self.fileName) != nil else { return nil }
        } catch { throw .state(.system(error)) }
        do { bytes = try folder.read(Self.fileName, bound: 4096) } catch { throw .state(error) }
        var lines = Lines(bytes)
        guard lines.next() == Self.label else { throw .damaged(Self.fileName) }
        for (kind, word) in Self.words {
            guard let value = lines.next(after: word).flatMap({ decimal($0) }) else { throw .damaged(Self.fileName) }
            last[kind] = value
        }
        guard lines.isAtEnd else { throw .damaged(Self.fileName) }
    }

    /// Whether nothing was signed yet.
    var isEmpty: Bool { last.values.allSatisfy { $0 == 0 } }

    /// Takes `value` if it is above the last one of its kind.
    mutating func advance(_ kind: DocumentKind, to value: UInt64) throws(KeyRefusal) {
        let before = last[kind, default: 0]
        guard value > before else { throw .sequence(last: before) }
        last[kind] = value
    }

    func write(to folder: borrowing Folder) throws(SystemCallError) {
        let lines = Self.words.map { "\($0.word) \(last[$0.kind, default: 0])\n" }
        try folder.put(Array((Self.label + "\n" + lines.joined()).utf8), as: Self.fileName, mode: 0o600)
    }
}
