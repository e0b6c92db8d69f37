import JPEG
import Linux
import LockedMemory

/// Why a picture could not be replayed.
package enum ReplayError: Error, Equatable, Sendable {
    case unreadable(FileError)
    /// The folder holds no `.jpg` file.
    case empty
    case picture(JPEGError)
    case memory(LockedMemoryError)
}

/// A picture file as if a camera had sent it.
struct ReplayPicture: ~Copyable {
    let width: Int
    let height: Int
    private var bytes: LockedBytes

    /// - Parameters:
    ///   - path: a JPEG file, or a folder of which the picture `number`, counted round, is taken.
    init(_ path: String, number: Int) throws(ReplayError) {
        let read = try Self.read(path, number: number)
        let header = try Self.header(read)
        bytes = try Self.lock(read)
        (width, height) = (header.width, header.height)
    }

    private static func header(_ bytes: [UInt8]) throws(ReplayError) -> JPEGHeader {
        do { return try JPEGHeader(parsing: bytes.span) } catch { throw .picture(error) }
    }

    private static func lock(_ bytes: [UInt8]) throws(ReplayError) -> LockedBytes {
        do { return try LockedBytes(copying: bytes.span) } catch { throw .memory(error) }
    }

    private static func read(_ path: String, number: Int) throws(ReplayError) -> [UInt8] {
        do {
            guard let folder = try? Folder(path: path) else {
                return try readAll(from: try openForReading(path), bound: JPEGHeader.mostBytes)
            }
            let names = try folder.names().filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".jpeg") }
            guard !names.isEmpty else { throw ReplayError.empty }
            return try folder.read(names[number % names.count], bound: JPEGHeader.mostBytes)
        } catch let error as FileError {
            throw .unreadable(error)
        } catch let error as SystemCallError {
            throw .unreadable(.system(error))
        } catch { throw .empty }
    }

    consuming func takeBytes() -> LockedBytes { bytes }
}
