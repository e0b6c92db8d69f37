import Glibc

/// A system call that failed: its name and the errno it left.
package struct SystemCallError: Error, Equatable, CustomStringConvertible {
    package let call: String
    package let errno: CInt

    package init(call: String, errno: CInt) {
        self.call = call
        self.errno = errno
    }

    /// The name and the C library's words for the number, as in `open: No such file or directory`.
    package var description: String { "\(call): \(unsafe String(cString: strerror(errno)))" }
}

/// Makes one system call: names it, retries only an interruption, keeps errno.
///
/// - Returns: what the call returned, never -1.
@discardableResult
package func check<N: FixedWidthInteger & SignedInteger>(
    _ call: StaticString, _ body: () -> N
) throws(SystemCallError) -> N {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw SystemCallError(call: "\(call)", errno: code) }
    }
}

/// The few errno values that callers tell apart.
package enum Errno {
    package static let noEntry = ENOENT
    package static let busy = EBUSY
    package static let again = EAGAIN
    package static let noDevice = ENODEV
    package static let noSuchDeviceOrAddress = ENXIO
    package static let invalid = EINVAL
    package static let noSpace = ENOSPC
    package static let exists = EEXIST
    package static let noMemory = ENOMEM
    package static let io = EIO
    package static let brokenPipe = EPIPE
    package static let connectionReset = ECONNRESET
}

extension SystemCallError {
    /// The disk is failing, read-only or full: no fault of the program or of what it was given.
    package var isDiskFault: Bool { [EIO, EROFS, ENOSPC].contains(errno) }
}
