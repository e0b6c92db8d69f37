import CLinux
import Glibc
import Testing

@testable import Linux

@Suite struct `A memory file` {
    @Test func `cannot change its size`() throws {
        let file = try MemoryFile(name: "test", count: 5000)
        for size in [0, 4999, 5001] as [off_t] {
            #expect(throws: SystemCallError(call: "ftruncate", errno: EPERM)) {
                try check("ftruncate") { ftruncate(file.descriptor.number, size) }
            }
        }
    }

    @Test func `from a peer is refused unless its size is sealed and within the bound`() throws {
        let sealed = try MemoryFile(name: "test", count: 100)
        #expect(throws: SystemCallError(call: "memfd", errno: EBADMSG)) {
            _ = try MemoryFile(received: try sealed.descriptor.duplicate(), bound: 99).count
        }
        #expect(try MemoryFile(received: try sealed.descriptor.duplicate(), bound: 100).count == 100)
        try withFolder { path in
            let folder = try Folder(path: path)
            try folder.put([1, 2, 3], as: "plain")
            let plain = failure { _ = try MemoryFile(received: try folder.open("plain"), bound: 100).count }
            #expect(plain != nil)
        }
    }

    // No seal, F_SEAL_SHRINK alone, F_SEAL_GROW alone.
    @Test(arguments: [0, 2, 4] as [CInt])
    func `with one seal or none is refused`(seals: CInt) throws {
        let file = Descriptor(owning: try check("memfd_create") { unsafe obscura_memfd("test") })
        try check("ftruncate") { ftruncate(file.number, 10) }
        let addSeals: CInt = 1033
        try check("fcntl") { fcntl(file.number, addSeals, seals) }
        #expect(throws: SystemCallError(call: "memfd", errno: EBADMSG)) {
            _ = try MemoryFile(received: try file.duplicate(), bound: 100).count
        }
    }

    @Test func `is wiped`() throws {
        var file = try MemoryFile(name: "test", count: 4)
        file.write([1, 2].span, at: 2)
        #expect(file.bytes[3] == 2)
        file.wipe()
        for place in 0..<4 { #expect(file.bytes[place] == 0) }
    }
}
