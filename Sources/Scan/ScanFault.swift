/// A scanner's export is not taken. Lines count from 1.
package enum ScanFault: Error, Equatable, Sendable {
    /// Bytes of a file, or of all files together; none, or above the bound.
    case size(Int)
    /// A line above 16 384 bytes.
    case lineLength(line: Int)
    /// A line that begins with a word which this format does not have, or which points outside: curves, calls, options.
    case word(line: Int)
    /// Not as many numbers as the line needs, or one that is no finite number of sensible size.
    case number(line: Int)
    /// A corner that is none of the file's points.
    case index(line: Int)
    /// The same in a binary file: the byte.
    case indexAt(Int)
    /// Not a finite number of sensible size, in a binary file: the byte.
    case numberAt(Int)
    /// More points, faces or materials than the bounds allow.
    case tooMany
    /// Neither points nor faces.
    case nothing
    /// The file ends too early.
    case truncated
    /// Something follows the end: how many bytes.
    case trailing(Int)
    /// The first bytes are not those of the format.
    case notOfFormat
    /// A PLY header's line is malformed, twice or out of place.
    case header(line: Int)
    /// A name that is not a plain file name.
    case name(line: Int)
    /// A file with a name or an ending that is not taken.
    case file(String)
    /// A mesh file is missing, or there are several.
    case meshes(Int)
    /// Named by a file of the export, and not among its files.
    case missing(String)
    /// Among the files, and named by none of them.
    case unnamed(String)
    /// A material that no material file defines.
    case material(String)
    /// A texture that is neither a baseline JPEG nor a PNG that is taken.
    case texture(String)
    /// Its length changed while it was read.
    case changing(String)
    /// The drop folder could not be used: the call and its errno.
    case folder(String, Int32)
    /// The drop folder's file system is no tmpfs.
    case onDisk
    /// It has no limit, or a larger one than any scan needs.
    case unlimited
    /// It may hold programs and devices.
    case unconfined
    /// The kernel may move what lies there to a disk.
    case swap
    /// Locked memory is not to be had.
    case memory
}

extension ScanFault {
    /// One line for whoever stands at the scanner.
    package var line: String {
        switch self {
        case .size(let bytes): "the scan is empty or too large: \(bytes) bytes"
        case .lineLength(let line): "line \(line) is too long"
        case .word(let line): "line \(line) says something that a scan may not"
        case .number(let line): "line \(line) has no proper numbers"
        case .index(let line): "line \(line) names a point that is not there"
        case .indexAt(let place): "byte \(place) names a point that is not there"
        case .numberAt(let place): "byte \(place) begins no proper number"
        case .tooMany: "the scan has too many points or faces"
        case .nothing: "the scan has no points or no faces"
        case .truncated: "the scan ends too early: the scanner may still be writing"
        case .trailing(let bytes): "\(bytes) bytes follow the end of the scan"
        case .notOfFormat: "the file is not of the format that its name says"
        case .header(let line): "line \(line) of the header is not understood"
        case .name(let line): "line \(line) names a file with a path or with characters that are not taken"
        case .file(let name): "\(name) is no file of a scan: OBJ, MTL, STL, PLY, JPEG and PNG are taken"
        case .meshes(let count): "a scan is one OBJ, STL or PLY file, not \(count)"
        case .missing(let name): "the scan names \(name), which is not there"
        case .unnamed(let name): "\(name) belongs to no file of the scan"
        case .material(let name): "the scan uses the material \(name), which no file defines"
        case .texture(let name): "\(name) is no picture that is taken"
        case .changing(let name): "\(name) is still being written: wait for the scanner"
        case .folder(let call, let errno): "the scanner's folder cannot be used: \(call), errno \(errno)"
        case .onDisk: "the scanner's folder lies on a disk"
        case .unlimited: "the scanner's folder has no limit of size"
        case .unconfined: "the scanner's folder may hold programs and devices"
        case .swap: "swap is on: what lies in the scanner's folder could reach a disk"
        case .memory: "there is no locked memory left for the scan"
        }
    }
}
