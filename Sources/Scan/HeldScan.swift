import BundleFormat
import Consent
import LockedMemory

/// A whole export in locked memory, every byte of it looked at. Its files leave one by one, to be sealed.
package struct HeldScan: ~Copyable {
    package let set: ScanSet
    /// What the folder calls the files, in its order.
    package let names: [String]
    private var waiting: [HeldFile]

    init(_ files: [HeldFile], under grant: consuming GeometryGrant) throws(ScanFault) {
        let held = try ScanSet(files.map { ($0.name, $0.count) }, under: grant) { name, look throws(ScanFault) in
            guard let file = files.first(where: { $0.name == name.description }) else {
                throw .missing(name.description)
            }
            try file.look(look)
        }
        // The mesh first: it names the others.
        let mesh = held.mesh.description
        waiting = files.filter { $0.name == mesh } + files.filter { $0.name != mesh }
        names = files.map(\.name)
        set = held
    }

    /// The next file, the mesh first; nil after the last.
    package mutating func takeNext() throws(ScanFault) -> ScanFile? {
        guard !waiting.isEmpty else { return nil }
        let file = waiting.removeFirst()
        guard let name = ScanName(parsing: file.name) else { throw .file(printable(file.name)) }
        return ScanFile(name, for: set.exposure.sealTo, try file.take())
    }
}

/// One file in locked memory of its own; a class so that an array can hold it.
final class HeldFile {
    let name: String
    /// Bytes.
    let count: Int
    private var bytes: LockedBytes?

    init(_ name: String, count: Int) throws(ScanFault) {
        self.name = name
        self.count = count
        do { bytes = try LockedBytes(count: count) } catch { throw .memory }
    }

    /// Fills the memory by `read`.
    func fill<Failure: Error>(_ read: (inout LockedBytes) throws(Failure) -> Void) throws(Failure) {
        guard var filled = bytes.take() else { return }
        try read(&filled)
        bytes = consume filled
    }

    func look(_ body: (Span<UInt8>) throws(ScanFault) -> Void) throws(ScanFault) {
        switch bytes {
        case .some(let held): try body(held.span)
        case nil: throw .missing(printable(name))
        }
    }

    /// The bytes, once.
    func take() throws(ScanFault) -> LockedBytes {
        guard let bytes = bytes.take() else { throw .missing(printable(name)) }
        return bytes
    }
}

/// A file of a scan as its scanner wrote it, and who alone may open it: a body's shape has no masked form. Only a
/// `HeldScan` gives one.
package struct ScanFile: ~Copyable, Sendable {
    package let name: ScanName
    /// The recipient of the consent's care.
    package let recipient: RecipientText
    private let bytes: LockedBytes

    init(_ name: ScanName, for recipient: RecipientText, _ bytes: consuming LockedBytes) {
        self.name = name
        self.recipient = recipient
        self.bytes = bytes
    }

    /// The file's bytes, for sealing.
    package consuming func takeBytes() -> LockedBytes { bytes }
}

extension ScanName {
    /// Media type, by the ending: RFC 2077's `model`, or the picture's.
    package var media: String {
        switch ending {
        case "jpg", "jpeg": "image/jpeg"
        case "png": "image/png"
        default: "model/\(ending)"
        }
    }

    /// What a file of a scan is to its mesh.
    package var role: String {
        switch ending {
        case "mtl": "scan-material"
        case "jpg", "jpeg", "png": "scan-texture"
        default: "scan-mesh"
        }
    }
}
