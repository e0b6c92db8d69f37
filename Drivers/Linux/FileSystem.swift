import CLinux
import Glibc

/// The file system that holds a folder.
package struct FileSystem: Sendable, Equatable {
    /// Whether it is a tmpfs.
    package let isInMemory: Bool
    /// Bytes that it takes; 0 for a tmpfs without a limit.
    package let size: Int64
    /// Bytes that are left of them.
    package let free: Int64
    /// Whether it is mounted so that nothing in it is run, is a device or gives rights (noexec, nodev, nosuid).
    package let isConfined: Bool

    package init(isInMemory: Bool, size: Int64, free: Int64, isConfined: Bool) {
        (self.isInMemory, self.size, self.free, self.isConfined) = (isInMemory, size, free, isConfined)
    }
}

extension Folder {
    /// What holds the folder (statfs(2)).
    package func fileSystem() throws(SystemCallError) -> FileSystem {
        var facts = statvfs()
        try check("fstatvfs") { unsafe fstatvfs(descriptor.number, &facts) }
        let isInMemory = try check("fstatfs") { obscura_is_in_memory(descriptor.number) }
        // ST_NOSUID, ST_NODEV and ST_NOEXEC
        let confined: UInt = 2 | 4 | 8
        return FileSystem(
            isInMemory: isInMemory == 1, size: Self.bytes(UInt64(facts.f_blocks), UInt64(facts.f_frsize)),
            free: Self.bytes(UInt64(facts.f_bavail), UInt64(facts.f_frsize)),
            isConfined: facts.f_flag & confined == confined)
    }

    private static func bytes(_ blocks: UInt64, _ size: UInt64) -> Int64 {
        let (bytes, overflow) = blocks.multipliedReportingOverflow(by: size)
        return overflow ? .max : Int64(clamping: bytes)
    }
}

/// Whether the kernel may move memory that is not locked to a disk (sysinfo(2)); true where it does not say.
package func hasSwap() -> Bool { obscura_has_swap() != 0 }
