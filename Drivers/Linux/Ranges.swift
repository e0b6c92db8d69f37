import Glibc

/// Reads `count` bytes from `offset` on; fewer only where the file ends.
package func readRange(
    _ count: Int, at offset: Int, from descriptor: borrowing Descriptor
) throws(SystemCallError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
        let got = try check("pread") {
            unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(descriptor.number, $0.baseAddress! + filled, count - filled, off_t(offset + filled))
            }
        }
        if got == 0 { break }
        filled += got
    }
    bytes.removeLast(count - filled)
    return bytes
}

/// Makes the file's bytes and size durable; its times may be lost.
package func syncData(of descriptor: borrowing Descriptor) throws(SystemCallError) {
    try check("fdatasync") { fdatasync(descriptor.number) }
}

/// The size of an open file, bytes.
package func sizeOfFile(_ descriptor: borrowing Descriptor) throws(SystemCallError) -> Int {
    var status = stat()
    try check("fstat") { unsafe fstat(descriptor.number, &status) }
    return Int(status.st_size)
}

extension Folder {
    package func openForReading(_ name: String) throws(SystemCallError) -> Descriptor { try open(name, O_RDONLY) }

    /// A file whose writes all go to its end; made where there is none.
    package func openForAppending(_ name: String, mode: mode_t = 0o640) throws(SystemCallError) -> Descriptor {
        try open(name, O_RDWR | O_CREAT | O_APPEND, mode: mode)
    }

    /// Moves a file into another folder of the same file system. The caller syncs both.
    package func move(
        _ old: String, into folder: borrowing Folder, as new: String
    ) throws(SystemCallError) {
        let target = folder.descriptor.number
        try check("renameat") { unsafe renameat(descriptor.number, old, target, new) }
    }
}

extension SystemCallError {
    package var isAbsent: Bool { errno == ENOENT }
    package var isFull: Bool { errno == ENOSPC || errno == EDQUOT }
}
