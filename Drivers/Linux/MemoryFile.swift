import CLinux
import Glibc

/// A file in memory (memfd) of a fixed, sealed size, shared with another process by descriptor.
@safe package struct MemoryFile: ~Copyable, Sendable {
    package let descriptor: Descriptor
    package let count: Int
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer

    /// A zeroed memory file of `count` bytes whose size can never change again.
    package init(name: String, count: Int) throws(SystemCallError) {
        let file = Descriptor(owning: try check("memfd_create") { unsafe obscura_memfd(name) })
        try check("ftruncate") { ftruncate(file.number, off_t(count)) }
        try check("fcntl") { obscura_seal_size(file.number) }
        unsafe base = try Self.map(file.number, count, PROT_READ | PROT_WRITE)
        self.count = count
        descriptor = file
    }

    /// Maps a descriptor that another process passed, for reading.
    ///
    /// - Parameter bound: the largest size taken, in bytes.
    /// - Throws: `EBADMSG` when its size is not sealed or is above the bound: a peer that can shrink it could crash us.
    package init(received file: consuming Descriptor, bound: Int) throws(SystemCallError) {
        let sealed = try check("fcntl") { obscura_size_is_sealed(file.number) }
        var status = stat()
        try check("fstat") { unsafe fstat(file.number, &status) }
        guard sealed == 1, status.st_size > 0, Int(status.st_size) <= bound else {
            throw SystemCallError(call: "memfd", errno: EBADMSG)
        }
        let size = Int(status.st_size)
        unsafe base = try Self.map(file.number, size, PROT_READ)
        count = size
        descriptor = file
    }

    deinit { unsafe munmap(base, count) }

    private static func map(_ number: CInt, _ count: Int, _ protection: CInt) throws(SystemCallError)
        -> UnsafeMutableRawPointer
    {
        let pages = unsafe mmap(nil, count, protection, MAP_SHARED, number, 0)
        if unsafe pages == MAP_FAILED { throw SystemCallError(call: "mmap", errno: errno) }
        return unsafe pages!
    }

    /// The bytes; a span cannot outlive the file.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self) get {
            let start = unsafe UnsafeBufferPointer(
                start: UnsafePointer(base.assumingMemoryBound(to: UInt8.self)), count: count)
            let span = unsafe Span(_unsafeElements: start)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Copies `source` to `offset`.
    package mutating func write(_ source: Span<UInt8>, at offset: Int) {
        precondition(offset >= 0 && source.count <= count - offset, "outside the memory file")
        unsafe source.withUnsafeBufferPointer {
            guard let from = $0.baseAddress else { return }
            unsafe base.advanced(by: offset).copyMemory(from: from, byteCount: $0.count)
        }
    }

    /// Overwrites everything with zeros.
    package mutating func wipe() { unsafe explicit_bzero(base, count) }
}
