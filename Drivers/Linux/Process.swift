import CLinux
import Glibc

/// Closes the ways in which memory leaves a process: no core, no ptrace by the same user, no new privileges;
/// all pages locked against swap.
///
/// - Throws: `mlockall` with ENOMEM when RLIMIT_MEMLOCK is too small.
package func hardenProcess() throws(SystemCallError) {
    try check("prctl") { obscura_no_dump() }
    try check("mlockall") { obscura_lock_all_memory() }
}

/// The same without locking: for a process that never holds a pixel or a key.
package func forbidDumps() throws(SystemCallError) {
    try check("prctl") { obscura_no_dump() }
}

/// Tells the service manager something, as sd_notify(3) does; does nothing where there is none.
package func notifyServiceManager(_ message: String) {
    guard let path = environment("NOTIFY_SOCKET") else { return }
    _ = try? sendDatagram(Array(message.utf8), to: path)
}

/// The first socket that the service manager passed (sd_listen_fds(3)), or nil.
package func inheritedListener() -> Descriptor? {
    guard let process = environment("LISTEN_PID"), let count = environment("LISTEN_FDS"),
        process == "\(getpid())", let number = Int(count), number >= 1
    else { return nil }
    _ = fcntl(3, F_SETFD, FD_CLOEXEC)
    return Descriptor(owning: 3)
}

/// The machine's name up to the first dot.
package func machineName() -> String {
    var name = utsname()
    guard unsafe uname(&name) == 0 else { return "" }
    let bytes = unsafe withUnsafeBytes(of: name.nodename) {
        unsafe Array($0.prefix { $0 != 0 && $0 != UInt8(ascii: ".") })
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// One environment variable.
package func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
}

/// Sets one environment variable of this process before any thread is started.
package func setEnvironment(_ name: String, to value: String) { _ = unsafe setenv(name, value, 1) }

/// Writes one line to standard error in one call.
package func complain(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe write(2, bytes, bytes.count)
}

/// The user's id of this process.
package func currentUser() -> UInt32 { getuid() }

/// The id of a user or nil where there is none of that name.
package func userID(named name: String) -> UInt32? {
    guard let entry = unsafe getpwnam(name) else { return nil }
    return unsafe entry.pointee.pw_uid
}

/// The id of a group or nil where there is none of that name.
package func groupID(named name: String) -> UInt32? {
    guard let entry = unsafe getgrnam(name) else { return nil }
    return unsafe entry.pointee.gr_gid
}

/// Sets the permission bits that new files and sockets of this process do not get.
package func setFileMode(mask: UInt32) { _ = umask(mask) }

/// Ends this process with a status: 0 done, 1 refused, 2 misused.
package func exitProcess(_ status: CInt) -> Never { exit(status) }

package func isTerminal(_ number: CInt) -> Bool { isatty(number) == 1 }

/// Writes to standard error without ending the line.
package func complainWithoutNewline(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(2, bytes, bytes.count)
}

/// Lets the thread rest; for a loop that looks at things on a schedule.
package func wait(milliseconds: CInt) { _ = try? poll([], milliseconds: milliseconds) }
