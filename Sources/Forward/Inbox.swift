import BundleFormat
import ForwardLink
import Linux

/// The folder that carries answers to capture, which believes none of them without its signature.
struct Inbox: ~Copyable {
    private let folder: Folder

    init(path: String) throws(SystemCallError) { folder = try Folder(path: path) }

    /// Puts a receipt, and says whether it is news: it stays as long as capture keeps the bundle.
    func put(receipt: [UInt8], for bundle: BundleID) throws(ForwardFault) -> Bool {
        try put(fetched: receipt, as: "receipt-\(bundle).jws")
    }

    /// Puts a fetched document unless the same bytes still lie there; false when they do.
    @discardableResult func put(fetched bytes: [UInt8], as name: String) throws(ForwardFault) -> Bool {
        if let old = try? folder.read(name, bound: bytes.count), old == bytes { return false }
        try put(bytes, as: name)
        return true
    }

    func put(_ report: ForwardReport) throws(ForwardFault) { try put(report.json, as: ForwardReport.file) }

    private func put(_ bytes: [UInt8], as name: String) throws(ForwardFault) {
        // Readable and removable by the group: capture takes away what it has used.
        do { try folder.put(bytes, as: name, mode: 0o660) } catch { throw .inbox }
    }
}
