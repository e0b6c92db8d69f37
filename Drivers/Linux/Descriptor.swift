import Glibc

/// An open file descriptor. What owns it closes it.
package struct Descriptor: ~Copyable, Sendable {
    package let number: CInt

    package init(owning number: CInt) { self.number = number }

    deinit { close(number) }

    /// Gives the number away; the caller closes it from now on.
    package consuming func release() -> CInt {
        let number = number
        discard self
        return number
    }

    /// A second descriptor for the same open file, closed on exec.
    package func duplicate() throws(SystemCallError) -> Descriptor {
        Descriptor(owning: try check("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 3) })
    }
}

/// One readiness question to `poll(2)`.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: CShort
    package init(rawValue: CShort) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: CShort(POLLIN))
    package static let writable = Readiness(rawValue: CShort(POLLOUT))
    package static let priority = Readiness(rawValue: CShort(POLLPRI))
    package static let hungUp = Readiness(rawValue: CShort(POLLHUP))
    package static let failed = Readiness(rawValue: CShort(POLLERR))
}

/// Waits until one of the descriptors is ready or the time is over.
///
/// - Parameter milliseconds: how long to wait; nil waits for ever.
/// - Returns: for each question, in order, what is ready; all empty when the time was over.
package func poll(
    _ questions: [(descriptor: CInt, wanted: Readiness)], milliseconds: CInt?
) throws(SystemCallError) -> [Readiness] {
    var entries = questions.map { pollfd(fd: $0.descriptor, events: $0.wanted.rawValue, revents: 0) }
    let count = nfds_t(entries.count)
    // An interrupted wait is reported as "nothing ready": the caller looks at its clock and asks again.
    do {
        try check("poll") { () -> CInt in
            let result = unsafe Glibc.poll(&entries, count, milliseconds ?? -1)
            if result == -1, errno == EINTR { return 0 }
            return result
        }
    }
    return entries.map { Readiness(rawValue: $0.revents) }
}
