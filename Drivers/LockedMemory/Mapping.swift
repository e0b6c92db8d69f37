import Glibc

/// Pages of our own: never swapped, never in a core, empty in a forked child, wiped before they go back.
@safe struct Mapping: ~Copyable, @unchecked Sendable {
    // Sendable: the pages have one owner, and every access goes through its borrow or mutation.
    let base: UnsafeMutablePointer<UInt8>
    /// Bytes, a multiple of the page size.
    let length: Int

    /// At least `minimum` zero bytes, in whole pages.
    init(holding minimum: Int) throws(LockedMemoryError) {
        let page = Self.page
        let length = max(page, (minimum + page - 1) / page * page)
        // A page on either side that nobody may touch: an overrun faults, and no neighbour shares our flags.
        let outer = unsafe mmap(nil, length + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let outer = unsafe outer, unsafe outer != MAP_FAILED else {
            throw Self.failure(of: "mmap", asked: length)
        }
        let start = unsafe outer + page
        do throws(LockedMemoryError) { try unsafe Self.protect(start, length) } catch {
            unsafe munmap(outer, length + 2 * page)
            throw error
        }
        unsafe self.base = start.bindMemory(to: UInt8.self, capacity: length)
        self.length = length
    }

    private static var page: Int { sysconf(CInt(_SC_PAGESIZE)) }

    private static func protect(_ start: UnsafeMutableRawPointer, _ length: Int) throws(LockedMemoryError) {
        guard unsafe mprotect(start, length, PROT_READ | PROT_WRITE) == 0 else {
            throw failure(of: "mprotect", asked: length)
        }
        // Huge pages halve the cost of touching a frame's worth of memory; refusal changes nothing.
        if length >= 4 << 20 { _ = unsafe madvise(start, length, MADV_HUGEPAGE) }
        for advice in [MADV_DONTDUMP, MADV_WIPEONFORK] {
            guard unsafe madvise(start, length, CInt(advice)) == 0 else {
                throw failure(of: "madvise", asked: length)
            }
        }
        guard unsafe mlock(start, length) == 0 else { throw failure(of: "mlock", asked: length) }
    }

    deinit {
        unsafe explicit_bzero(base, length)
        unsafe munlock(base, length)
        unsafe munmap(UnsafeMutableRawPointer(base) - Self.page, length + 2 * Self.page)
    }

    private static func failure(of call: String, asked: Int) -> LockedMemoryError {
        let code = errno
        // mlock says ENOMEM, or EPERM where the limit is nought; mmap under mlockall says EAGAIN.
        guard code == ENOMEM || code == EPERM || code == EAGAIN, call != "madvise" else {
            return .system(call: call, errno: code)
        }
        var limit = rlimit()
        let resource = __rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < UInt(Int.max) else {
            return .system(call: call, errno: code)
        }
        return .lockLimit(asked: asked, limit: Int(limit.rlim_cur))
    }
}
