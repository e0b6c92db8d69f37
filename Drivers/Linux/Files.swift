import Glibc

/// A file or folder could not be used as asked.
package enum FileError: Error, Equatable {
    case system(SystemCallError)
    /// The file is larger than the caller's bound (bytes).
    case tooLarge(Int)
    /// The file ended before as many bytes as it promised.
    case short
}

/// Writes every byte, however often the kernel takes only some of them.
package func writeAll(_ bytes: Span<UInt8>, to descriptor: borrowing Descriptor) throws(SystemCallError) {
    var rest = bytes
    while !rest.isEmpty {
        let count = try check("write") {
            unsafe rest.withUnsafeBufferPointer { unsafe write(descriptor.number, $0.baseAddress, $0.count) }
        }
        rest = rest.extracting(droppingFirst: count)
    }
}

package func writeAll(_ bytes: [UInt8], to descriptor: borrowing Descriptor) throws(SystemCallError) {
    try writeAll(bytes.span, to: descriptor)
}

/// Reads at most `limit` bytes; nil at the end of the file.
package func readSome(_ limit: Int, from descriptor: borrowing Descriptor) throws(SystemCallError) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = try check("read") {
        unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor.number, $0.baseAddress, $0.count) }
    }
    if count == 0 { return nil }
    buffer.removeLast(limit - count)
    return buffer
}

/// Reads to the end of the file, at most `bound` bytes.
///
/// - Throws: `tooLarge(bound)` when there is more.
package func readAll(from descriptor: borrowing Descriptor, bound: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
        do {
            guard let some = try readSome(min(65536, bound + 1 - bytes.count), from: descriptor) else { return bytes }
            bytes += some
        } catch { throw .system(error) }
        if bytes.count > bound { throw .tooLarge(bound) }
    }
}

/// An open folder; every name below it is resolved from it, never through a symbolic link at the end.
package struct Folder: ~Copyable, Sendable {
    package let descriptor: Descriptor

    package init(path: String) throws(SystemCallError) {
        descriptor = Descriptor(
            owning: try check("open") { unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
    }

    package init(_ name: String, in folder: borrowing Folder) throws(SystemCallError) {
        let parent = folder.descriptor.number
        descriptor = Descriptor(
            owning: try check("openat") {
                unsafe openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            })
    }

    package func open(_ name: String, _ flags: CInt, mode: mode_t = 0o640) throws(SystemCallError) -> Descriptor {
        Descriptor(
            owning: try check("openat") {
                unsafe openat(descriptor.number, name, flags | O_CLOEXEC | O_NOFOLLOW, mode)
            })
    }

    /// The whole file, at most `bound` bytes.
    ///
    /// - Throws: `system` with EINVAL for anything but a regular file: a pipe that the folder's other user put there
    ///   would keep the reader waiting for ever.
    package func read(_ name: String, bound: Int) throws(FileError) -> [UInt8] {
        let file: Descriptor
        do { file = try openRegular(name) } catch { throw .system(error) }
        return try readAll(from: file, bound: bound)
    }

    /// Fills `range` of `output` with a whole regular file, which must be exactly as long.
    ///
    /// - Throws: `system` with EINVAL for anything but a regular file, `short` or `tooLarge` when its length is another:
    ///   somebody may still be writing it.
    package func read(
        _ name: String, into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(FileError) {
        precondition(range.lowerBound >= 0 && range.upperBound <= output.count, "a range outside the memory")
        let file: Descriptor
        do { file = try openRegular(name) } catch { throw .system(error) }
        var place = range.lowerBound
        let isAtEnd: Bool
        do {
            while place < range.upperBound {
                let count = try readSome(into: &output, place..<range.upperBound, from: file)
                if count == 0 { break }
                place += count
            }
            isAtEnd = try Linux.readSome(1, from: file) == nil
        } catch { throw .system(error) }
        guard place == range.upperBound else { throw .short }
        guard isAtEnd else { throw .tooLarge(range.count) }
    }

    private func readSome(
        into output: inout MutableSpan<UInt8>, _ range: Range<Int>, from file: borrowing Descriptor
    ) throws(SystemCallError) -> Int {
        let number = file.number
        return try check("read") {
            unsafe output.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(number, bytes.baseAddress.map { unsafe $0 + range.lowerBound }, range.count)
            }
        }
    }

    private func openRegular(_ name: String) throws(SystemCallError) -> Descriptor {
        let file = try open(name, O_RDONLY | O_NONBLOCK)
        var status = stat()
        try check("fstat") { unsafe fstat(file.number, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemCallError(call: "read", errno: EINVAL) }
        return file
    }

    /// Keeps everybody else from locking this folder for as long as the lock is kept (flock(2)).
    ///
    /// - Throws: EWOULDBLOCK where another holds it.
    package func lock() throws(SystemCallError) -> FolderLock {
        // A description of its own: the lock goes with it.
        let own = try open(".", O_RDONLY | O_DIRECTORY)
        try check("flock") { flock(own.number, LOCK_EX | LOCK_NB) }
        return FolderLock(own)
    }

    /// Bytes that this user may still write to the folder's file system (statvfs(3)).
    package func free() throws(SystemCallError) -> Int64 {
        var room = statvfs()
        try check("fstatvfs") { unsafe fstatvfs(descriptor.number, &room) }
        let (bytes, overflow) = UInt64(room.f_bavail).multipliedReportingOverflow(by: UInt64(room.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// The names in the folder without `.` and `..`, sorted by their bytes.
    package func names() throws(SystemCallError) -> [String] {
        // A descriptor of its own: fdopendir takes it over and moves its offset.
        let copy = try check("openat") { unsafe openat(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = unsafe fdopendir(copy) else {
            let code = errno
            close(copy)
            throw SystemCallError(call: "fdopendir", errno: code)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw SystemCallError(call: "readdir", errno: errno) }
                return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    /// Size in bytes, or nil where there is no such file.
    package func size(of name: String) throws(SystemCallError) -> Int? {
        var status = stat()
        do throws(SystemCallError) {
            try check("fstatat") { unsafe fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) }
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
        return Int(status.st_size)
    }

    package func remove(_ name: String) throws(SystemCallError) {
        try check("unlinkat") { unsafe unlinkat(descriptor.number, name, 0) }
    }

    package func rename(_ old: String, to new: String) throws(SystemCallError) {
        try check("renameat") { unsafe renameat(descriptor.number, old, descriptor.number, new) }
    }

    package func makeFolder(_ name: String, mode: mode_t) throws(SystemCallError) {
        do throws(SystemCallError) {
            try check("mkdirat") { unsafe mkdirat(descriptor.number, name, mode) }
        } catch {
            if error.errno != EEXIST { throw error }
        }
    }

    /// Makes every rename and unlink in this folder durable.
    package func sync() throws(SystemCallError) {
        try check("fsync") { fsync(descriptor.number) }
    }

    /// Puts `bytes` under `name` durably: a temporary file, fsync, rename, fsync of the folder.
    ///
    /// After it returns the file survives a power cut. When it throws, `name` is as it was and nothing else is left;
    /// only where the last step fails, the fsync of the folder, both versions are possible. A file whose fsync failed is
    /// not synced again but removed: the kernel holds its lost pages for clean, so only bytes written anew count.
    package func put(_ bytes: Span<UInt8>, as name: String, mode: mode_t = 0o640) throws(SystemCallError) {
        let temporary = ".\(name).tmp"
        do {
            let file = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
            try check("fchmod") { fchmod(file.number, mode) }
            try writeAll(bytes, to: file)
            try syncAll(file)
            try rename(temporary, to: name)
        } catch {
            try? remove(temporary)
            throw error
        }
        // The directory too: a rename that is not synced can be undone by a power cut.
        try sync()
    }

    package func put(_ bytes: [UInt8], as name: String, mode: mode_t = 0o640) throws(SystemCallError) {
        try put(bytes.span, as: name, mode: mode)
    }
}

/// Opens a file that a person named, for reading.
package func openForReading(_ path: String) throws(SystemCallError) -> Descriptor {
    Descriptor(owning: try check("open") { unsafe open(path, O_RDONLY | O_CLOEXEC) })
}

/// A second descriptor of one of the standard streams.
package func standardStream(_ number: CInt) throws(SystemCallError) -> Descriptor {
    Descriptor(owning: try check("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 3) })
}

/// Makes the bytes of a file durable, and its size.
package func syncData(_ descriptor: borrowing Descriptor) throws(SystemCallError) {
    try check("fdatasync") { fdatasync(descriptor.number) }
    try requireWritable(descriptor)
}

/// Fails on a file system that was made read-only while the file was open.
///
/// Its writes end in memory, and a sync of them answers yes without writing anything (ext4 after an emergency remount).
package func requireWritable(_ descriptor: borrowing Descriptor) throws(SystemCallError) {
    var room = statvfs()
    try check("fstatvfs") { unsafe fstatvfs(descriptor.number, &room) }
    // ST_RDONLY
    guard room.f_flag & 1 == 0 else { throw SystemCallError(call: "write", errno: EROFS) }
}

extension Folder {
    /// Opens an existing file whose every write goes to its end.
    package func openToAppend(_ name: String) throws(SystemCallError) -> Descriptor {
        try open(name, O_WRONLY | O_APPEND)
    }
}

/// Makes a file durable: bytes, size and permissions.
package func syncAll(_ descriptor: borrowing Descriptor) throws(SystemCallError) {
    try check("fsync") { fsync(descriptor.number) }
    try requireWritable(descriptor)
}

extension Folder {
    /// Makes a new file, or empties the one that is there, for writing.
    ///
    /// - Parameter mode: permission bits, whatever the process's file mode mask.
    package func create(_ name: String, mode: mode_t) throws(SystemCallError) -> Descriptor {
        let file = try open(name, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        try check("fchmod") { fchmod(file.number, mode) }
        return file
    }

    /// Opens a file for reading.
    package func open(_ name: String) throws(SystemCallError) -> Descriptor { try open(name, O_RDONLY) }
}
