import Glibc
import Linux

/// A connection whose silence and whose refusal to read are bounded in time.
final class Connection {
    let descriptor: Descriptor

    init(owning number: CInt) throws(SystemCallError) {
        descriptor = Descriptor(owning: number)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try check("setsockopt") { unsafe setsockopt(descriptor.number, SOL_SOCKET, option, &limit, size) }
        }
        var on: CInt = 1
        try check("setsockopt") {
            unsafe setsockopt(
                descriptor.number, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
        }
    }

    /// Exactly `count` bytes.
    func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let some = try readSome(count - bytes.count, from: descriptor) else { throw WireError.closed }
            bytes += some
        }
        return bytes
    }

    func write(_ bytes: [UInt8]) throws { try writeAll(bytes, to: descriptor) }
}

/// A listening TCP socket on the loopback address.
package struct Listener: ~Copyable {
    let descriptor: Descriptor

    package init(port: UInt16) throws(SystemCallError) {
        let socket = Descriptor(
            owning: try check("socket") { Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue) | O_CLOEXEC, 0) })
        var on: CInt = 1
        try check("setsockopt") {
            unsafe setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try check("bind") {
            unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(socket.number, $0, size)
                }
            }
        }
        try check("listen") { listen(socket.number, 4) }
        descriptor = socket
    }

    func accept() throws(SystemCallError) -> Connection {
        try Connection(owning: try check("accept") { Glibc.accept(descriptor.number, nil, nil) })
    }
}
