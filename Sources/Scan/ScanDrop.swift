import Consent
import Linux
import LockedMemory

/// The folder where a scanner leaves its export: a file system in memory whose size the station limits.
package struct ScanDrop: ~Copyable, Sendable {
    private let folder: Folder

    package init(path: String) throws(ScanFault) {
        do { folder = try Folder(path: path) } catch { throw ScanFault(error) }
    }

    /// Looks whether the folder is one for scans: in memory, within a limit, and for nothing that runs.
    package func checkConfined() throws(ScanFault) {
        let facts: FileSystem
        do { facts = try folder.fileSystem() } catch { throw ScanFault(error) }
        try Self.check(facts)
    }

    /// Looks whether what lies there stays in memory.
    package func checkSwap() throws(ScanFault) { guard !hasSwap() else { throw .swap } }

    static func check(_ facts: FileSystem) throws(ScanFault) {
        guard facts.isInMemory else { throw .onDisk }
        guard (1...ScanBounds.folderBytes).contains(facts.size) else { throw .unlimited }
        guard facts.isConfined else { throw .unconfined }
    }

    /// How full the folder is.
    package struct Fill: Sendable, Equatable {
        package var files = 0
        package var bytes: Int64 = 0
        /// What else it takes.
        package var free: Int64 = 0

        package init(free: Int64 = 0) { self.free = free }
    }

    package func fill() throws(ScanFault) -> Fill {
        do {
            var fill = Fill(free: try folder.fileSystem().free)
            for name in try folder.names() { fill.count(try folder.size(of: name)) }
            return fill
        } catch { throw ScanFault(error) }
    }

    /// Names of what lies there. Before a visit nothing may: it would be another patient's.
    package func names() throws(ScanFault) -> [String] {
        do { return try folder.names() } catch { throw ScanFault(error) }
    }

    /// Reads everything that lies there into locked memory and looks at all of it. The files stay until `remove`.
    package func take(under grant: consuming GeometryGrant) throws(ScanFault) -> HeldScan {
        let names = try names()
        guard names.count <= ScanBounds.names else { throw .tooMany }
        var counts: [(name: String, count: Int)] = []
        var total = 0
        for name in names {
            let count: Int?
            do { count = try folder.size(of: name) } catch { throw ScanFault(error) }
            guard let count else { throw .changing(printable(name)) }
            guard (1...ScanBounds.fileBytes).contains(count), total + count <= ScanBounds.bytes else {
                throw .size(total + count)
            }
            counts.append((name, count))
            total += count
        }
        var files: [HeldFile] = []
        for (name, count) in counts {
            let file = try HeldFile(name, count: count)
            try file.fill { bytes throws(ScanFault) in try read(name, &bytes) }
            files.append(file)
        }
        // What came while the others were read belongs to them.
        guard try self.names() == names else { throw .changing("the export") }
        return try HeldScan(files, under: grant)
    }

    private func read(_ name: String, _ bytes: inout LockedBytes) throws(ScanFault) {
        let count = bytes.count
        var output = bytes.mutableSpan
        do throws(FileError) { try folder.read(name, into: &output, at: 0..<count) } catch {
            switch error {
            case .system(let error): throw ScanFault(error)
            case .short, .tooLarge: throw .changing(printable(name))
            }
        }
    }

    /// What was unlinked, and why something was not.
    package struct Cleared: Sendable {
        package fileprivate(set) var fill = Fill()
        package fileprivate(set) var fault: ScanFault?
    }

    /// Unlinks these files: after sealing. One that is gone already is no fault.
    package func remove(_ names: [String]) -> Cleared {
        var cleared = Cleared()
        for name in names {
            do throws(SystemCallError) {
                let count = try folder.size(of: name)
                guard count != nil else { continue }
                try folder.remove(name)
                cleared.fill.count(count)
            } catch {
                if error.errno != Errno.noEntry { cleared.fault = cleared.fault ?? ScanFault(error) }
            }
        }
        return cleared
    }

    /// Unlinks everything: when a visit begins or ends.
    package func clear() -> Cleared {
        do { return remove(try names()) } catch {
            var cleared = Cleared()
            cleared.fault = error
            return cleared
        }
    }
}

extension ScanDrop.Fill {
    fileprivate mutating func count(_ size: Int?) {
        guard let size else { return }
        files += 1
        bytes += Int64(size)
    }
}

extension ScanFault {
    fileprivate init(_ error: SystemCallError) { self = .folder("\(error.call)", error.errno) }
}
