import AEAD

/// What one pass over a bundle's bytes found: its parts and their true hashes. Nothing is believed yet.
package struct BundleScan: Sendable {
    package struct Entry: Sendable, Equatable {
        package let path: EntryPath
        package let size: Int
        package let digest: Digest
    }

    /// All entries in tar order.
    package let entries: [Entry]
    package let manifest: Manifest
    package let manifestText: [UInt8]
    /// DER, unchecked.
    package let signature: [UInt8]
    /// The key the bundle brought with it; proves nothing by itself.
    package let broughtKey: StationKey
    /// SHA-256 and size of the whole file.
    package let digest: Digest
    package let size: Int
}

/// Makes a `BundleScan` of a bundle that arrives in pieces of any size.
package struct BundleScanner: ~Copyable {
    private var reader = TarReader()
    private var found = Collector()
    private var whole: SHA256Stream

    package init() throws(BundleError) {
        do { whole = try SHA256Stream() } catch { throw .hashing }
    }

    package mutating func take(_ bytes: Span<UInt8>) throws(BundleError) {
        try reader.take(bytes, &found)
        do { try whole.update(bytes) } catch { throw .hashing }
    }

    /// To be called after the last byte.
    package consuming func finish() throws(BundleError) -> BundleScan {
        try reader.end()
        guard found.label == Manifest.label else { throw .entry(EntryPath.label.description) }
        let digest: Digest
        do { digest = try Digest(whole.finish()) } catch { throw .hashing }
        return BundleScan(
            entries: found.entries, manifest: try Manifest(parsing: found.manifest), manifestText: found.manifest,
            signature: found.signature, broughtKey: try StationKey(pem: found.key), digest: digest,
            size: reader.offset)
    }
}

/// Hashes every entry and keeps the small ones.
private struct Collector: EntryVisitor {
    private final class Hash {
        var stream: SHA256Stream?
        init(_ stream: consuming SHA256Stream) { self.stream = consume stream }
    }

    var entries: [BundleScan.Entry] = []
    var label: [UInt8] = []
    var manifest: [UInt8] = []
    var signature: [UInt8] = []
    var key: [UInt8] = []
    private var current: (path: EntryPath, size: Int, hash: Hash)?

    mutating func began(_ path: EntryPath, size: Int) throws(BundleError) {
        do { current = (path, size, Hash(try SHA256Stream())) } catch { throw .hashing }
    }

    mutating func read(_ bytes: Span<UInt8>) throws(BundleError) {
        guard let current else { return }
        do { try current.hash.stream?.update(bytes) } catch { throw .hashing }
        switch current.path {
        case .label: label.append(copying: bytes)
        case .manifest: manifest.append(copying: bytes)
        case .signature: signature.append(copying: bytes)
        case .stationKey: key.append(copying: bytes)
        case .asset, .index, .indexFor: break
        }
    }

    mutating func ended() throws(BundleError) {
        guard let (path, size, hash) = current, let stream = hash.stream.take() else { return }
        do { entries.append(.init(path: path, size: size, digest: try Digest(stream.finish()))) } catch {
            throw .hashing
        }
        current = nil
    }
}

extension [UInt8] {
    package mutating func append(copying bytes: Span<UInt8>) {
        reserveCapacity(count + bytes.count)
        for place in bytes.indices { append(bytes[place]) }
    }
}
