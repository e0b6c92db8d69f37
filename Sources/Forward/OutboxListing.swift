import BundleFormat
import ForwardLink
import Linux

/// What lies in the outbox at one moment, in the order in which it is sent.
struct OutboxListing {
    var hasEnrolment = false
    /// `notice-<seq>.txt`, rising.
    var notices: [(name: String, seq: UInt64)] = []
    var tombstones: [BundleFileName] = []
    /// Bundles that may go, by rising sequence.
    var bundles: [BundleFileName] = []

    /// Names that are none of these are capture's own affair and are passed over.
    init(_ folder: borrowing Folder) throws(ForwardFault) {
        let names: [String]
        do { names = try folder.names() } catch { throw .outbox }
        let present = Set(names)
        for name in names {
            if name == "enrolment.txt" {
                hasEnrolment = present.contains("enrolment.txt.sig")
            } else if name.hasPrefix("notice-"), let stem = stem(name, ".txt"), present.contains("\(name).sig"),
                let seq = UInt64(stem.dropFirst(7)), stem.utf8.count == 19
            {
                notices.append((name, seq))
            } else if let stem = stem(name, ".tombstone"), present.contains("\(name).sig"),
                let bundle = try? BundleFileName(parsing: stem)
            {
                tombstones.append(bundle)
            } else if let stem = stem(name, ".obs"), present.contains("\(stem).go"),
                let bundle = try? BundleFileName(parsing: stem)
            {
                bundles.append(bundle)
            }
        }
    }

    /// Every entry's own file name.
    var names: Set<String> {
        Set(
            notices.map(\.name) + tombstones.map { "\($0).tombstone" } + bundles.map { "\($0).obs" }
                + (hasEnrolment ? ["enrolment.txt"] : []))
    }

    private func stem(_ name: String, _ suffix: String) -> String? {
        name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : nil
    }
}

/// One bundle, open for sending. The file is immutable; capture may unlink it meanwhile, which changes nothing here.
struct OutgoingBundle: ~Copyable {
    let name: BundleFileName
    let file: Descriptor
    let size: Int
    /// As capture wrote it beside the bundle; it is not computed again here.
    let digest: Digest
    /// The manifest, its signature and the station's key, with their tar headers and the end mark.
    let head: [UInt8]

    /// nil when capture has retired it already.
    static func open(_ name: BundleFileName, in folder: borrowing Folder) throws(ForwardFault) -> OutgoingBundle? {
        let file: Descriptor
        do { file = try folder.openForReading("\(name).obs") } catch {
            guard error.isAbsent else { throw .outbox }
            return nil
        }
        let note: String
        do { note = String(decoding: try folder.read("\(name).sha256", bound: 256), as: UTF8.self) } catch {
            if case .system(let call) = error, call.isAbsent, try absent("\(name).obs", folder) { return nil }
            throw .outbox
        }
        guard note.hasSuffix("  \(name).obs\n"), note.utf8.count == 64 + 2 + "\(name).obs\n".utf8.count,
            let digest = try? Digest(hex: note.prefix(64))
        else { throw .outbox }
        let size: Int
        let head: [UInt8]
        do {
            size = try sizeOfFile(file)
            guard let found = try Self.head(of: file, size: size) else { throw ForwardFault.outbox }
            head = found
        } catch { throw .outbox }
        return OutgoingBundle(name: name, file: file, size: size, digest: digest, head: head)
    }

    private static func absent(_ name: String, _ folder: borrowing Folder) throws(ForwardFault) -> Bool {
        do { return try folder.size(of: name) == nil } catch { throw .outbox }
    }

    /// The bytes from the manifest's tar header to the end: small whatever the pictures weigh.
    private static func head(of file: borrowing Descriptor, size: Int) throws -> [UInt8]? {
        var offset = 0
        while offset + TarHeader.block <= size {
            let (path, length) = try TarHeader.decode(
                readRange(TarHeader.block, at: offset, from: file), offset: offset)
            if path == .manifest {
                return size - offset <= headBound ? try readRange(size - offset, at: offset, from: file) : nil
            }
            offset += TarHeader.block + length + TarHeader.padding(after: length)
        }
        return nil
    }

    /// Largest manifest part, bytes: a manifest of 1 MiB with headers, signature, key and end mark.
    static let headBound = (1 << 20) + 8192
}
