import Foundation
import Glibc
import Testing

@testable import Linux

@Suite struct `A message socket` {
    @Test(arguments: [0, 1, 70_000])
    func `carries messages of every size, one after another`(count: Int) throws {
        let pair = try UnixStream.pair()
        let message = [UInt8](repeating: 9, count: count)
        try pair.first.send(message)
        try pair.first.send([1])
        #expect(try pair.second.receive(bound: count, milliseconds: 5000) == message)
        #expect(try pair.second.receive(bound: 1, milliseconds: 5000) == [1])
    }

    @Test func `refuses a message above the bound before reading it`() throws {
        let pair = try UnixStream.pair()
        try pair.first.send([1, 2, 3])
        #expect(throws: MessageError.tooLarge(3)) { try pair.second.receive(bound: 2, milliseconds: 5000) }
        try writeAll([255, 255, 255, 255], to: pair.second.descriptor)
        #expect(throws: MessageError.tooLarge(4_294_967_295)) {
            try pair.first.receive(bound: 1 << 20, milliseconds: 5000)
        }
    }

    @Test(arguments: 1...6)
    func `tells a message that was cut from a peer that is done`(count: Int) throws {
        let pair = try UnixStream.pair()
        try writeAll(Array([0, 0, 0, 3, 1, 2, 3].prefix(count)), to: pair.first.descriptor)
        #expect(shutdown(pair.first.descriptor.number, CInt(SHUT_RDWR)) == 0)
        #expect(throws: MessageError.cut) { try pair.second.receive(bound: 10, milliseconds: 5000) }
    }

    @Test func `says when the peer has closed between messages`() throws {
        let pair = try UnixStream.pair()
        try pair.first.send([1])
        #expect(shutdown(pair.first.descriptor.number, CInt(SHUT_RDWR)) == 0)
        #expect(try pair.second.receive(bound: 10, milliseconds: 5000) == [1])
        #expect(throws: MessageError.closed) { try pair.second.receive(bound: 10, milliseconds: 5000) }
    }

    @Test(arguments: [[], [0, 0], [0, 0, 0, 3, 1]] as [[UInt8]])
    func `gives up when the time for the whole message is over`(begun: [UInt8]) throws {
        let pair = try UnixStream.pair()
        try writeAll(begun, to: pair.first.descriptor)
        let start = Clock.monotonic()
        #expect(throws: MessageError.timedOut) { try pair.second.receive(bound: 10, milliseconds: 30) }
        #expect(Clock.monotonic() - start >= 30_000_000)
    }

    @Test func `passes a descriptor that outlives the sender's`() throws {
        let pair = try UnixStream.pair()
        do {
            var file = try MemoryFile(name: "test", count: 3)
            file.write([1, 2, 3].span, at: 0)
            try pair.first.send(descriptor: file.descriptor)
        }
        let received = try pair.second.receiveDescriptor()
        #expect(fcntl(received.number, F_GETFD) & FD_CLOEXEC != 0)
        let file = try MemoryFile(received: received, bound: 3)
        #expect(file.count == 3)
        #expect(file.bytes[2] == 3)
    }

    @Test func `refuses a byte that came without a descriptor, and a closed peer`() throws {
        let pair = try UnixStream.pair()
        try writeAll([68], to: pair.first.descriptor)
        #expect(throws: SystemCallError(call: "recvmsg", errno: EBADMSG)) {
            _ = try pair.second.receiveDescriptor().number
        }
        #expect(shutdown(pair.first.descriptor.number, CInt(SHUT_RDWR)) == 0)
        #expect(throws: SystemCallError(call: "recvmsg", errno: ECONNRESET)) {
            _ = try pair.second.receiveDescriptor().number
        }
    }

    @Test func `knows its peer from the kernel`() throws {
        let peer = try UnixStream.pair().first.peer()
        #expect(peer.uid == getuid())
        #expect(peer.gid == getgid())
    }
}

@Suite struct `A listening socket` {
    @Test func `takes the place of a socket that was left, with its own mode`() throws {
        try withFolder { path in
            for mode in [0o600, 0o660] as [mode_t] {
                let listener = try UnixListener(path: "\(path)/s", mode: mode)
                let client = try UnixStream(connecting: "\(path)/s")
                try client.send([1])
                let served = try listener.accept(milliseconds: 5000)
                let answer = try served?.receive(bound: 1, milliseconds: 5000)
                #expect(answer == [1])
                let found = try FileManager.default.attributesOfItem(atPath: "\(path)/s")[.posixPermissions] as? Int
                #expect(found == Int(mode))
            }
        }
    }

    @Test func `does not take the place of a file`() throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            try folder.put([1], as: "s")
            #expect(throws: SystemCallError(call: "bind", errno: EADDRINUSE)) {
                _ = try UnixListener(path: "\(path)/s", mode: 0o600).descriptor.number
            }
            #expect(try folder.read("s", bound: 1) == [1])
        }
    }

    @Test func `refuses a path that the kernel would cut`() throws {
        let path = "/tmp/" + String(repeating: "a", count: 108)
        #expect(throws: SystemCallError(call: "bind", errno: ENAMETOOLONG)) {
            _ = try UnixListener(path: path, mode: 0o600).descriptor.number
        }
    }

    @Test func `does not wait for ever for a peer that has stopped accepting`() throws {
        try withFolder { path in
            let listener = try UnixListener(path: "\(path)/s", mode: 0o600)
            var waiting: [CInt] = []
            defer { for number in waiting { _ = close(number) } }
            #expect(throws: SystemCallError(call: "connect", errno: EAGAIN)) {
                while waiting.count < 10_000 {
                    waiting.append(try UnixStream(connecting: "\(path)/s").descriptor.duplicate().release())
                }
            }
            #expect(try listener.accept(milliseconds: 0) != nil)
        }
    }

    @Test func `stops waiting when the time is over`() throws {
        try withFolder { path in
            let listener = try UnixListener(path: "\(path)/s", mode: 0o600)
            let nobody = try listener.accept(milliseconds: 1) == nil
            #expect(nobody)
        }
    }
}
