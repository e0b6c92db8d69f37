/// Memory could not be set aside as asked.
package enum LockedMemoryError: Error, Equatable {
    /// RLIMIT_MEMLOCK is too small: bytes asked for now, and the limit in bytes.
    case lockLimit(asked: Int, limit: Int)
    /// A system call failed: its name and the errno it left.
    case system(call: String, errno: CInt)
}
