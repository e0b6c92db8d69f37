import AEAD
import Age
import BundleFormat
import LockedMemory
import Mask
import Scan

/// Makes one bundle: seals its assets one by one, then its indexes, and leaves the manifest to be signed elsewhere.
package struct BundleWriter: ~Copyable {
    private let facts: BundleFacts
    private let key: StationKey
    private var pieces: Pieces
    private var recipients: Set<RecipientText> = []

    /// - Parameter key: the station's; its fingerprint must be the facts' station.
    package init(_ facts: BundleFacts, key: StationKey) throws(SealError) {
        guard facts.station == key.fingerprint else { throw .format(.value(.stationKey)) }
        guard facts.seq <= greatestSequence else { throw .format(.value(.number)) }
        var pieces = try Pieces()
        try pieces.add(.label, Manifest.label)
        self.facts = facts
        self.key = key
        self.pieces = pieces
    }

    /// What the index has to say about a sealed asset.
    package struct SealedAsset: Sendable, Equatable {
        /// `a/000001.age` and on.
        package let path: EntryPath
        /// Plain bytes.
        package let bytes: Int
        /// SHA-256 of the plain bytes.
        package let plain: Digest
        /// Who can open it.
        package let recipients: [RecipientText]
    }

    /// Seals a masked picture.
    package mutating func add(
        _ picture: consuming MaskedPicture, to recipients: [Recipient], mix: borrowing KeyMix
    ) throws(SealError) -> SealedAsset {
        try add(picture.takeBytes(), to: recipients, mix: mix)
    }

    /// Seals a picture with the face in it, to those alone whom its grant names. There is no other way to seal one.
    package mutating func add(
        _ picture: consuming IdentifiablePicture, mix: borrowing KeyMix
    ) throws(SealError) -> SealedAsset {
        let recipient = try Recipient(picture.recipient)
        return try add(picture.takeBytes(), to: [recipient], mix: mix)
    }

    /// Seals a file of a shot's depth, to the store of its consent alone.
    package mutating func add(_ file: consuming DepthFile, mix: borrowing KeyMix) throws(SealError) -> SealedAsset {
        let recipient = try Recipient(file.recipient)
        return try add(file.takeBytes(), to: [recipient], mix: mix)
    }

    /// Seals a file of a scan, to the one whom its consent names. There is no other way to seal one.
    package mutating func add(
        _ file: consuming ScanFile, mix: borrowing KeyMix
    ) throws(SealError) -> SealedAsset {
        let recipient = try Recipient(file.recipient)
        return try add(file.takeBytes(), to: [recipient], mix: mix)
    }

    /// Seals one asset in the memory it stands in; the plain bytes are gone afterwards.
    mutating func add(
        _ asset: consuming LockedBytes, to recipients: [Recipient], mix: borrowing KeyMix
    ) throws(SealError) -> SealedAsset {
        let count = asset.count
        guard count > 0, count <= EntryPath.longestAsset else { throw .assetSize(count) }
        guard pieces.assets < EntryPath.mostAssets else { throw .tooManyAssets }
        let path = EntryPath.asset(pieces.assets + 1)
        let plain = try seal(path, asset, to: recipients, mix: mix)
        pieces.assets += 1
        return SealedAsset(path: path, bytes: count, plain: plain, recipients: recipients.map(\.text))
    }

    /// Seals the indexes and writes the manifest.
    ///
    /// - Parameters:
    ///   - index: canonical JSON, sealed to `store` alone.
    ///   - further: for other recipient classes, canonical JSON of what each may open.
    package consuming func prepare(
        index: consuming LockedBytes, to store: Recipient, further: consuming FurtherIndexes = FurtherIndexes(),
        mix: borrowing KeyMix
    ) throws(SealError) -> PreparedBundle {
        guard pieces.assets > 0 else { throw .noAssets }
        _ = try seal(.index, index, to: [store], mix: mix)
        while let next = try further.takeNext() {
            _ = try seal(next.path, next.index(), to: [next.recipient], mix: mix)
        }
        let manifest = Manifest(
            facts: facts, recipients: try Self.digest(of: recipients), entries: pieces.entries)
        let text = manifest.text
        try pieces.add(.manifest, text)
        return PreparedBundle(manifest: manifest, manifestText: text, key: key, pieces: pieces)
    }

    private static func digest(of recipients: Set<RecipientText>) throws(SealError) -> Digest {
        do { return try RecipientText.digest(of: recipients) } catch { throw .format(error) }
    }

    private mutating func seal(
        _ path: EntryPath, _ plain: consuming LockedBytes, to recipients: [Recipient], mix: borrowing KeyMix
    ) throws(SealError) -> Digest {
        let size = SealedFile.size(of: plain.count, recipients: recipients.count)
        try pieces.begin(path, size: size)
        let entry = try SealedEntry(plain, to: recipients, mix: mix, within: &pieces.hash)
        // The tar header is written before the file exists.
        precondition(entry.file.size == size)
        let digest = entry.plain
        try pieces.end(path, entry)
        self.recipients.formUnion(recipients.map(\.text))
        return digest
    }
}

/// Indexes for recipient classes other than the store, in the order that a bundle needs.
package struct FurtherIndexes: ~Copyable {
    /// One index on its way; a class so that an array can hold locked memory.
    final class Item {
        let path: EntryPath
        let name: String
        let recipient: Recipient
        private var bytes: LockedBytes?

        init(name: String, recipient: Recipient, bytes: consuming LockedBytes) {
            self.name = name
            path = .indexFor(name)
            self.recipient = recipient
            self.bytes = consume bytes
        }

        /// The plain bytes, once.
        func index() throws(SealError) -> LockedBytes {
            guard let bytes = bytes.take() else { throw .noRecipient }
            return bytes
        }
    }

    private var items: [Item] = []

    package init() {}

    package mutating func add(_ index: consuming LockedBytes, to recipient: Recipient) throws(SealError) {
        guard items.count < EntryPath.mostIndexes else { throw .format(.tooManyEntries) }
        let name: String
        do { name = String(try recipient.text.digest().hex.prefix(8)) } catch { throw .format(error) }
        guard !items.contains(where: { $0.name == name }) else { throw .format(.entry("index-\(name).age")) }
        items.append(Item(name: name, recipient: recipient, bytes: index))
        items.sort { $0.name > $1.name }
    }

    mutating func takeNext() throws(SealError) -> Item? { items.popLast() }
}
