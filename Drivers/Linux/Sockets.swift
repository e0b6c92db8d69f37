import CLinux
import Glibc

/// Who stands at the other end of a Unix socket, as the kernel says (`SO_PEERCRED`, `SO_PEERGROUPS`).
package struct Peer: Sendable, Equatable {
    package let uid: UInt32
    package let gid: UInt32
    package let groups: Set<UInt32>

    /// Asks the kernel about a connected Unix socket.
    package init(ofSocket number: CInt) throws(SystemCallError) {
        var credentials = obscura_peer()
        try check("getsockopt") { unsafe obscura_peer_credentials(number, &credentials) }
        var groups = [UInt32](repeating: 0, count: 1024)
        let count = try check("getsockopt") { unsafe obscura_peer_groups(number, &groups, 1024) }
        (uid, gid) = (credentials.uid, credentials.gid)
        self.groups = Set(groups.prefix(Int(count)))
    }
}

/// A message could not be passed over a stream socket.
package enum MessageError: Error, Equatable {
    case system(SystemCallError)
    /// The peer closed between two messages.
    case closed
    /// The peer closed inside a message.
    case cut
    /// The time was over, before a message or inside one; where the next one begins is not known any more.
    case timedOut
    /// The peer announced more bytes than the caller's bound.
    case tooLarge(Int)
}

/// Who listens at a Unix socket is not who should.
package enum OwnerError: Error, Equatable {
    /// Nothing listens, or the connection could not be made.
    case unreachable(SystemCallError)
    /// The socket belongs to another user (uid).
    case otherUser(UInt32)
}

private let streamOnExecClosed = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)

private func unixAddress(_ path: String) throws(SystemCallError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard !bytes.isEmpty, bytes.count < capacity, !bytes.contains(0) else {
        throw SystemCallError(call: "bind", errno: ENAMETOOLONG)
    }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return address
}

/// Sends one datagram to a Unix socket; a path that begins with `@` is an abstract one's name.
package func sendDatagram(_ bytes: [UInt8], to path: String) throws(SystemCallError) {
    var address = try unixAddress(path)
    if path.hasPrefix("@") { address.sun_path.0 = 0 }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
    let kind = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let socket = Descriptor(owning: try check("socket") { Glibc.socket(AF_UNIX, kind, 0) })
    try check("sendto") {
        unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(socket.number, bytes, bytes.count, CInt(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}

/// A listening Unix stream socket.
package struct UnixListener: ~Copyable, Sendable {
    package let descriptor: Descriptor

    /// Binds `path`, replacing a socket that a dead process left there, and nothing that is no socket.
    ///
    /// - Parameter mode: permission bits of the socket file, set before it listens.
    package init(path: String, mode: mode_t) throws(SystemCallError) {
        let address = try unixAddress(path)
        let socket = Descriptor(
            owning: try check("socket") { Glibc.socket(AF_UNIX, streamOnExecClosed, 0) })
        var status = stat()
        if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { _ = unsafe unlink(path) }
        try check("bind") {
            unsafe withUnsafePointer(to: address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        try check("chmod") { unsafe chmod(path, mode) }
        try check("listen") { listen(socket.number, 16) }
        descriptor = socket
    }

    /// Takes over a socket that the service manager opened (sd_listen_fds).
    package init(inherited descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// The service manager's socket where it passed one, else a new one at `path`.
    package init(inheritedOr path: String, mode: mode_t) throws(SystemCallError) {
        if let inherited = inheritedListener() {
            self.init(inherited: inherited)
        } else {
            try self.init(path: path, mode: mode)
        }
    }

    /// The next connection; waits at most `milliseconds` (nil: for ever), then gives nil.
    package func accept(milliseconds: CInt? = nil) throws(SystemCallError) -> UnixStream? {
        if let milliseconds {
            guard try poll([(descriptor.number, .readable)], milliseconds: milliseconds)[0].contains(.readable) else {
                return nil
            }
        }
        let number = try check("accept4") {
            obscura_accept(descriptor.number)
        }
        return UnixStream(owning: Descriptor(owning: number))
    }
}

/// A connected Unix stream socket that carries length-prefixed messages (UInt32 big-endian, then the bytes).
package struct UnixStream: ~Copyable, Sendable {
    package let descriptor: Descriptor

    package init(owning descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Connects to a listener.
    ///
    /// - Throws: `connect` with EAGAIN when the listener's queue stays full for two seconds: a peer that has stopped
    ///   accepting must not stop its callers.
    package init(connecting path: String) throws(SystemCallError) {
        let address = try unixAddress(path)
        let socket = Descriptor(
            owning: try check("socket") { Glibc.socket(AF_UNIX, streamOnExecClosed, 0) })
        try Self.limitWaiting(of: socket, to: timeval(tv_sec: 2, tv_usec: 0))
        try check("connect") {
            unsafe withUnsafePointer(to: address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        try Self.limitWaiting(of: socket, to: timeval())
        descriptor = socket
    }

    /// Connects to a process of one user, and to nobody else.
    ///
    /// - Parameter owner: the user's id that must listen. A socket that the service manager made bears root's id, the id of
    ///   who listened first (unix(7), SO_PEERCRED).
    package static func connected(to path: String, ownedBy owner: UInt32) throws(OwnerError) -> UnixStream {
        let stream = try reach(path)
        let user: UInt32
        do { user = try stream.peer().uid } catch { throw .unreachable(error) }
        guard user == owner || user == 0 else { throw .otherUser(user) }
        return stream
    }

    private static func reach(_ path: String) throws(OwnerError) -> UnixStream {
        do { return try UnixStream(connecting: path) } catch { throw .unreachable(error) }
    }

    /// How long connecting and sending wait; zero for ever.
    private static func limitWaiting(of socket: borrowing Descriptor, to time: timeval) throws(SystemCallError) {
        let number = socket.number
        try check("setsockopt") {
            unsafe withUnsafePointer(to: time) {
                unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, $0, socklen_t(MemoryLayout<timeval>.size))
            }
        }
    }

    /// Two connected ends, for tests and for a worker that was started by its user.
    package static func pair() throws(SystemCallError) -> UnixStreamPair {
        var numbers: [CInt] = [-1, -1]
        try check("socketpair") {
            unsafe socketpair(AF_UNIX, streamOnExecClosed, 0, &numbers)
        }
        return UnixStreamPair(
            first: UnixStream(owning: Descriptor(owning: numbers[0])),
            second: UnixStream(owning: Descriptor(owning: numbers[1])))
    }

    /// Who is at the other end.
    package func peer() throws(SystemCallError) -> Peer { try Peer(ofSocket: descriptor.number) }

    package func send(_ message: Span<UInt8>) throws(SystemCallError) {
        var prefix: [UInt8] = []
        for shift in stride(from: 24, through: 0, by: -8) {
            prefix.append(UInt8(truncatingIfNeeded: message.count >> shift))
        }
        try sendAll(prefix.span)
        try sendAll(message)
    }

    package func send(_ message: [UInt8]) throws(SystemCallError) { try send(message.span) }

    /// Bytes as they are, without a length before them.
    package func sendAll(_ bytes: Span<UInt8>) throws(SystemCallError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try check("send") {
                unsafe rest.withUnsafeBufferPointer {
                    unsafe Glibc.send(descriptor.number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
            }
            rest = rest.extracting(droppingFirst: count)
        }
    }

    /// The next message, at most `bound` bytes.
    ///
    /// - Parameter milliseconds: time for the whole message; nil waits for ever.
    package func receive(bound: Int, milliseconds: Int? = nil) throws(MessageError) -> [UInt8] {
        let deadline = milliseconds.map { Clock.monotonic() + Int64($0) * 1_000_000 }
        let prefix = try take(4, deadline: deadline, first: true)
        let count = prefix.reduce(0) { $0 << 8 | Int($1) }
        guard count <= bound else { throw .tooLarge(count) }
        return try take(count, deadline: deadline, first: false)
    }

    private func take(_ count: Int, deadline: Int64?, first: Bool) throws(MessageError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            do {
                if let deadline {
                    let left = max(0, (deadline - Clock.monotonic()) / 1_000_000)
                    let ready = try poll([(descriptor.number, .readable)], milliseconds: CInt(min(left, 60_000)))[0]
                    if ready.isEmpty {
                        if Clock.monotonic() >= deadline { throw MessageError.timedOut }
                        continue
                    }
                }
                guard let some = try readSome(min(count - bytes.count, 1 << 16), from: descriptor) else {
                    throw first && bytes.isEmpty ? MessageError.closed : MessageError.cut
                }
                bytes += some
            } catch let error as SystemCallError {
                if error.errno == ECONNRESET { throw first && bytes.isEmpty ? .closed : .cut }
                throw .system(error)
            } catch let error as MessageError { throw error } catch { throw .cut }
        }
        return bytes
    }

    /// Passes one descriptor to the peer, with one byte of data.
    package func send(descriptor passed: borrowing Descriptor) throws(SystemCallError) {
        let number = passed.number
        try check("sendmsg") { obscura_send_descriptor(descriptor.number, number) }
    }

    /// Takes the descriptor that the peer passed.
    ///
    /// - Throws: `EBADMSG` when the byte came without one, `ECONNRESET` when the peer has closed.
    package func receiveDescriptor() throws(SystemCallError) -> Descriptor {
        var number: CInt = -1
        let count = try check("recvmsg") { unsafe obscura_receive_descriptor(descriptor.number, &number) }
        guard count > 0 else { throw SystemCallError(call: "recvmsg", errno: ECONNRESET) }
        guard number >= 0 else { throw SystemCallError(call: "recvmsg", errno: EBADMSG) }
        return Descriptor(owning: number)
    }
}

/// Both ends of a socket pair.
package struct UnixStreamPair: ~Copyable, Sendable {
    package var first: UnixStream
    package var second: UnixStream
}
