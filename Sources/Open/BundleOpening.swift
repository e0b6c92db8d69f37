import BundleFormat
import JOSE
import Linux

/// What came out of a bundle, and how every check went.
package struct OpenedBundle: Sendable {
    /// The index as it was sealed: canonical JSON.
    package let index: [UInt8]
    package let assets: [Asset]
    package let checks: [BundleCheck]

    package struct Asset: Sendable, Equatable {
        package let path: EntryPath
        /// As the index says, for instance `application/dicom`.
        package let media: String
        /// SHA-256 of the plain bytes, compared.
        package let plain: Digest
        package let bytes: Int
    }
}

extension VerifiedBundle {
    /// Opens the bundle with the clinic's identities: index first, then asset by asset.
    ///
    /// - Parameters:
    ///   - reopen: gives the file that was verified, from its start; asked twice.
    ///   - asset: gets the plain bytes of each asset, after they were compared with the index.
    /// - Throws: `BundleRefused` with the checks so far; what `reopen` and `asset` throw.
    package func open(
        _ identities: [Identity], reopen: () throws -> Descriptor,
        asset deliver: (OpenedBundle.Asset, [UInt8]) throws -> Void
    ) throws -> OpenedBundle {
        var checks = checks
        func refuse(_ subject: BundleCheck.Subject, _ reason: String) -> BundleRefused {
            BundleRefused(checks + [BundleCheck(subject, .failed(reason))])
        }

        var sealedIndex: [UInt8] = []
        try read(reopen(), only: { $0 == .index }, refuse) { _, bytes in sealedIndex = bytes }
        let index: [UInt8]
        do throws(OpenError) { index = try AgeFile.open(sealedIndex.span, identities: identities) } catch {
            throw refuse(error == .noMatch ? .identity : .index, error.sentence)
        }
        checks.append(BundleCheck(.identity, .passed))
        let listed: [OpenedBundle.Asset]
        do { listed = try compare(index) } catch { throw refuse(.index, error.reason) }
        checks.append(BundleCheck(.index, .passed))

        var waiting = listed[...]
        try read(reopen(), only: { if case .asset = $0 { true } else { false } }, refuse) { path, bytes in
            guard let promised = waiting.popFirst(), promised.path == path else {
                throw refuse(.assets, "\(path) is not in the index")
            }
            let plain: [UInt8]
            do throws(OpenError) { plain = try AgeFile.open(bytes.span, identities: identities) } catch {
                throw refuse(.assets, "\(path): \(error.sentence)")
            }
            guard try plain.count == promised.bytes && Digest.of(plain) == promised.plain else {
                throw refuse(.assets, "\(path) is not what the index promises")
            }
            try deliver(promised, plain)
        }
        checks.append(BundleCheck(.assets, .passed))
        return OpenedBundle(index: index, assets: listed, checks: checks)
    }

    /// Hands over chosen entries of the file, each compared with the signed manifest in the same bytes.
    private func read(
        _ file: consuming Descriptor, only wanted: (EntryPath) -> Bool,
        _ refuse: (BundleCheck.Subject, String) -> BundleRefused, _ deliver: (EntryPath, [UInt8]) throws -> Void
    ) throws {
        var reader = TarReader()
        var keeper = EntryKeeper(wanted: manifest.entries.filter { wanted($0.path) }.map(\.path))
        func drain() throws {
            for (path, bytes) in keeper.takeFinished() {
                let promised = manifest.entries.first { $0.path == path }
                guard try Digest.of(bytes) == promised?.digest else {
                    throw refuse(.entries, "\(path) was altered since it was verified")
                }
                try deliver(path, bytes)
            }
        }
        do {
            while let bytes = try readSome(1 << 20, from: file) {
                try reader.take(bytes.span, &keeper)
                try drain()
            }
            try reader.end()
        } catch let error as BundleError { throw refuse(.layout, error.sentence) }
    }

    /// Compares the index with the manifest around it, which exposes a bundle that was stripped and signed anew.
    private func compare(_ index: [UInt8]) throws(IndexFault) -> [OpenedBundle.Asset] {
        guard let parsed = try? JSON(parsing: index, bound: EntryPath.index.longest),
            case .object(let object) = parsed
        else { throw IndexFault(reason: "not a JSON object") }
        guard object["bundle"] == .string(facts.bundle.description) else {
            throw IndexFault(reason: "it belongs to another bundle")
        }
        guard object["station"] == .string(facts.station.hex) else {
            throw IndexFault(reason: "it was made by another station")
        }
        guard object["seq"] == .integer(Int64(facts.seq)) else {
            throw IndexFault(reason: "it has another number")
        }
        guard case .array(let items)? = object["assets"] else { throw IndexFault(reason: "it lists no assets") }
        var assets: [OpenedBundle.Asset] = []
        for item in items {
            guard case .object(let entry) = item, case .string(let path)? = entry["path"],
                case .string(let media)? = entry["media"], case .integer(let bytes)? = entry["bytes"],
                case .string(let hex)? = entry["sha256"], let parsed = try? EntryPath(parsing: path),
                parsed == .asset(assets.count + 1), let plain = try? Digest(hex: hex)
            else { throw IndexFault(reason: "its asset \(assets.count + 1) is malformed") }
            assets.append(.init(path: parsed, media: media, plain: plain, bytes: Int(bytes)))
        }
        let sealed = manifest.entries.map(\.path).filter { if case .asset = $0 { true } else { false } }
        guard assets.map(\.path) == sealed else {
            throw IndexFault(reason: "it lists \(assets.count) assets of \(sealed.count)")
        }
        return assets
    }
}

private struct IndexFault: Error { let reason: String }

/// Keeps the bytes of wanted entries until they are taken.
private struct EntryKeeper: EntryVisitor {
    let wanted: [EntryPath]
    private var current: (path: EntryPath, bytes: [UInt8])?
    private var finished: [(EntryPath, [UInt8])] = []

    init(wanted: [EntryPath]) { self.wanted = wanted }

    mutating func began(_ path: EntryPath, size: Int) throws(BundleError) {
        guard wanted.contains(path) else { return }
        current = (path, [])
        current?.bytes.reserveCapacity(size)
    }

    mutating func read(_ bytes: Span<UInt8>) throws(BundleError) {
        current?.bytes.append(copying: bytes)
    }

    mutating func ended() throws(BundleError) {
        if let entry = current { finished.append(entry) }
        current = nil
    }

    mutating func takeFinished() -> [(EntryPath, [UInt8])] {
        defer { finished = [] }
        return finished
    }
}

extension OpenError {
    /// One line for a person.
    package var sentence: String {
        switch self {
        case .header: "not an age file"
        case .stanza(let kind): "a \(kind) recipient is malformed"
        case .noMatch: "this identity is not among its recipients"
        case .headerMAC: "the header was altered"
        case .payload(let chunk): "chunk \(chunk) was cut or altered"
        case .identity: "not an identity"
        case .crypto: "the crypto library refused"
        }
    }
}
