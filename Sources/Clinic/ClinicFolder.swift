import Foundation
import Linux

/// The clinic's folder: keys, policy, consents, what stations sent. Only its own user can read it.
///
/// Every path here is relative to it. Files are put durably: temporary file, fsync, rename, fsync of the folder.
package struct ClinicFolder: Sendable {
    /// The largest file read whole except bundles, in bytes.
    static let fileBound = 1 << 20

    package let path: String

    /// An existing clinic.
    package init(path: String) throws(ClinicError) {
        self.path = path
        guard exists("policy.jws"), exists("root.key") else { throw .noClinic(path) }
    }

    /// A folder that is being made and holds nothing yet.
    init(making path: String) throws(ClinicError) {
        self.path = path
        try Self.makeFolder(path)
        for name in ["consents", "store", "enrolments", "tombstones", "notices", "lists", "tls"] {
            try Self.makeFolder("\(path)/\(name)")
        }
    }

    package func fullPath(_ name: String) -> String { "\(path)/\(name)" }

    package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: fullPath(name)) }

    func makeFolder(_ name: String) throws(ClinicError) { try Self.makeFolder(fullPath(name)) }

    private static func makeFolder(_ path: String) throws(ClinicError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw .file(path, reason: "cannot be made") }
    }

    package func read(_ name: String, bound: Int = fileBound) throws(ClinicError) -> [UInt8] {
        let place = Self.split(name)
        do {
            return try Folder(path: fullPath(place.folder)).read(place.file, bound: bound)
        } catch { throw .file(name, reason: Self.words(error)) }
    }

    func readText(_ name: String) throws(ClinicError) -> String {
        guard let text = String(validating: try read(name), as: UTF8.self) else { throw .damaged(name) }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Puts a file that only the clinic's user can read.
    package func put(_ bytes: [UInt8], as name: String) throws(ClinicError) {
        let place = Self.split(name)
        do {
            try Folder(path: fullPath(place.folder)).put(bytes, as: place.file, mode: 0o600)
        } catch { throw .file(name, reason: Self.words(error)) }
    }

    func put(_ text: String, as name: String) throws(ClinicError) { try put(Array(text.utf8), as: name) }

    func remove(_ name: String) throws(ClinicError) {
        let place = Self.split(name)
        do {
            let folder = try Folder(path: fullPath(place.folder))
            try folder.remove(place.file)
            try folder.sync()
        } catch { throw .file(name, reason: Self.words(error)) }
    }

    /// The names in a folder of the clinic, without those of temporary files.
    func names(_ name: String) throws(ClinicError) -> [String] {
        do {
            return try Folder(path: fullPath(name)).names().filter { !$0.hasPrefix(".") }
        } catch { throw .file(name, reason: Self.words(error)) }
    }

    /// Runs `body` while no other process changes this clinic.
    ///
    /// `consent withdraw` and a running `serve` both sign the status list; without this the older one could win.
    func alone<R>(_ body: () throws(ClinicError) -> R) throws(ClinicError) -> R {
        let lock = try lock()
        let result = try body()
        // Named to its end: closing the file gives the lock back.
        _ = lock.number
        return result
    }

    private func lock() throws(ClinicError) -> Descriptor {
        do {
            let file = try Folder(path: path).open("lock", O_RDWR | O_CREAT, mode: 0o600)
            try check("flock") { flock(file.number, LOCK_EX) }
            return file
        } catch { throw .file("lock", reason: error.description) }
    }

    private static func split(_ name: String) -> (folder: String, file: String) {
        guard let slash = name.lastIndex(of: "/") else { return (".", name) }
        return (String(name[..<slash]), String(name[name.index(after: slash)...]))
    }

    static func words(_ error: any Error) -> String {
        switch error {
        case let error as SystemCallError: error.description
        case FileError.system(let error): error.description
        case FileError.tooLarge(let bound): "more than \(bound) bytes"
        case FileError.short: "it is cut short"
        default: "\(error)"
        }
    }
}
