import CLinux
import Glibc

/// A program that this process started. It is killed when this value ends, and by the kernel when this process does.
package struct Child: ~Copyable, Sendable {
    private let number: pid_t

    /// - Parameters:
    ///   - path: the program's file.
    ///   - arguments: what follows the program's name.
    /// - Throws: `access` where the file is none that this user may execute.
    package init(starting path: String, _ arguments: [String]) throws(SystemCallError) {
        try check("access") { unsafe access(path, X_OK) }
        number = try unsafe withArguments([path] + arguments) { words throws(SystemCallError) in
            try check("fork") { unsafe obscura_start(path, words) }
        }
    }

    deinit {
        kill(number, SIGKILL)
        _ = waitpid(number, nil, 0)
    }

    /// Whether the program has ended by itself.
    package func hasEnded() -> Bool {
        var facts = unsafe siginfo_t()
        let answer = unsafe waitid(P_PID, id_t(number), &facts, WEXITED | WNOHANG | WNOWAIT)
        return unsafe answer == 0 && facts.si_signo == SIGCHLD
    }

    /// Processor time in nanoseconds of all its threads so far (clock_getcpuclockid(3)).
    package func processor() throws(SystemCallError) -> Int64 {
        var clock = clockid_t()
        let code = unsafe clock_getcpuclockid(number, &clock)
        guard code == 0 else { throw SystemCallError(call: "clock_getcpuclockid", errno: code) }
        var time = timespec()
        try check("clock_gettime") { unsafe clock_gettime(clock, &time) }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Becomes another program with the same descriptors and environment; returns only by throwing.
package func becomeProgram(_ path: String, _ arguments: [String]) throws(SystemCallError) -> Never {
    _ = try unsafe withArguments([path] + arguments) { words throws(SystemCallError) in
        try check("execv") { unsafe execv(path, words) }
    }
    exit(1)
}

/// Whether this user may execute the file.
package func canExecute(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

/// The folder that this process's program lies in.
package func programFolder() throws(SystemCallError) -> String {
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = try check("readlink") {
        unsafe bytes.withUnsafeMutableBytes {
            unsafe readlink("/proc/self/exe", $0.bindMemory(to: CChar.self).baseAddress!, $0.count)
        }
    }
    let end = bytes.prefix(count).lastIndex(of: UInt8(ascii: "/")) ?? 0
    return String(decoding: bytes.prefix(end), as: UTF8.self)
}

/// Lends the words as execv(3) wants them.
private func withArguments<R>(
    _ words: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws(SystemCallError) -> R
) throws(SystemCallError) -> R {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
    for (index, word) in words.enumerated() { unsafe list[index] = strdup(word) }
    unsafe list[words.count] = nil
    defer {
        for index in words.indices { unsafe free(list[index]) }
        unsafe list.deallocate()
    }
    return try unsafe body(list)
}
