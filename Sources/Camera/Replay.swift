import JPEG
import Linux
import LockedMemory
import PNG

/// Why a picture could not be replayed.
package enum ReplayError: Error, Equatable, Sendable {
    case unreadable(FileError)
    /// The folder holds no picture.
    case empty
    case picture(JPEGError)
    /// Not a grey PNG of 8 or 16 bits.
    case samples(PNGError)
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
        let read = try replayed(path, number: number, endings: [".jpg", ".jpeg"], bound: JPEGHeader.mostBytes)
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

    consuming func takeBytes() -> LockedBytes { bytes }
}

/// The bytes of a file, or of the one of a folder's files whose turn it is.
///
/// - Parameters:
///   - endings: of the folder's files that are played, in the order of their names.
///   - bound: bytes that a file may have.
func replayed(_ path: String, number: Int, endings: [String], bound: Int) throws(ReplayError) -> [UInt8] {
    do {
        guard let folder = try? Folder(path: path) else {
            return try readAll(from: try openForReading(path), bound: bound)
        }
        let names = try folder.names().filter { name in endings.contains { name.hasSuffix($0) } }
        guard !names.isEmpty else { throw ReplayError.empty }
        return try folder.read(names[number % names.count], bound: bound)
    } catch let error as FileError {
        throw .unreadable(error)
    } catch let error as SystemCallError {
        throw .unreadable(.system(error))
    } catch { throw .empty }
}
