import Consent
import Linux
import LockedMemory

/// The folder where a scanner leaves its export: a file system in memory whose size the station limits.
package struct ScanDrop: ~Copyable, Sendable {
    private let folder: Folder

    package init(path: String) throws(ScanFault) {
        do { folder = try Folder(path: path) } catch { throw ScanFault(error) }
    }

    /// Names of what lies there. Before a visit nothing may: it would be another patient's.
    package func names() throws(ScanFault) -> [String] {
        do { return try folder.names() } catch { throw ScanFault(error) }
    }

    /// Reads everything that lies there into locked memory and looks at all of it. The files stay until `clear`.
    package func take(under grant: consuming GeometryGrant) throws(ScanFault) -> HeldScan {
        let names = try names()
        guard names.count <= ScanBounds.names else { throw .tooMany }
        var places: [(name: String, range: Range<Int>)] = []
        var total = 0
        for name in names {
            let count: Int?
            do { count = try folder.size(of: name) } catch { throw ScanFault(error) }
            guard let count else { throw .changing(printable(name)) }
            guard (1...ScanBounds.fileBytes).contains(count), total + count <= ScanBounds.bytes else {
                throw .size(total + count)
            }
            places.append((name, total..<total + count))
            total += count
        }
        var bytes: LockedBytes
        do { bytes = try LockedBytes(count: total) } catch { throw .memory }
        for place in places { try read(place.name, &bytes, place.range) }
        // What came while the others were read belongs to them.
        guard try self.names() == names else { throw .changing("the export") }
        return try HeldScan(bytes, places, under: grant)
    }

    private func read(_ name: String, _ bytes: inout LockedBytes, _ range: Range<Int>) throws(ScanFault) {
        var output = bytes.mutableSpan
        do throws(FileError) { try folder.read(name, into: &output, at: range) } catch {
            switch error {
            case .system(let error): throw ScanFault(error)
            case .short, .tooLarge: throw .changing(printable(name))
            }
        }
    }

    /// Unlinks everything: after sealing, and when a visit begins or ends.
    package func clear() throws(ScanFault) {
        do { for name in try folder.names() { try folder.remove(name) } } catch { throw ScanFault(error) }
    }
}

extension ScanFault {
    fileprivate init(_ error: SystemCallError) { self = .folder("\(error.call)", error.errno) }
}

/// A whole export in locked memory, every byte of it looked at.
package struct HeldScan: ~Copyable, Sendable {
    package let set: ScanSet
    /// All files, one after the other.
    package let bytes: LockedBytes
    private let ranges: [ScanName: Range<Int>]

    fileprivate init(
        _ bytes: consuming LockedBytes, _ places: [(name: String, range: Range<Int>)],
        under grant: consuming GeometryGrant
    ) throws(ScanFault) {
        var ranges: [ScanName: Range<Int>] = [:]
        for place in places {
            if let name = ScanName(parsing: place.name) { ranges[name] = place.range }
        }
        let held = try ScanSet(places.map { ($0.name, $0.range.count) }, under: grant) { name, look throws(ScanFault) in
            guard let range = ranges[name] else { throw .missing(name.description) }
            try look(bytes.span.extracting(range))
        }
        set = held
        self.bytes = bytes
        self.ranges = ranges
    }

    /// Where in `bytes` a file of the set lies.
    package func range(of name: ScanName) -> Range<Int>? { ranges[name] }
}
