import Testing

@testable import ptp_still

@Suite struct `A PTP container` {
    @Test func `is read from the front of what has come`() throws {
        let bytes: [UInt8] = [16, 0, 0, 0, 1, 0, 0x08, 0x10, 7, 0, 0, 0, 3, 0, 0, 0]
        for split in 0...bytes.count {
            var some = Array(bytes.prefix(split))
            let early = try Container(takingFrom: &some)
            #expect((early == nil) == (split < bytes.count))
            guard early == nil else { continue }
            some += bytes.dropFirst(split) + [99]
            let container = try #require(try Container(takingFrom: &some))
            #expect(container == Container(.command, 0x1008, 7, parameters: [3]))
            #expect(container.parameter(0) == 3 && container.parameter(1) == 0)
            #expect(some == [99])
        }
    }

    @Test(arguments: [0, 11, 4097, UInt32.max] as [UInt32])
    func `with an impossible length is refused`(length: UInt32) {
        var bytes = Dataset()
        bytes.put(length)
        bytes.put(UInt64(1))
        var some = bytes.bytes
        #expect(throws: ContainerError.length(length)) { try Container(takingFrom: &some) }
    }

    @Test(arguments: [0, 3, 4, 5] as [UInt16])
    func `of a kind that a host does not send is refused`(kind: UInt16) {
        var bytes = Dataset()
        bytes.put(UInt32(12))
        bytes.put(kind)
        bytes.put(UInt16(0x1001))
        bytes.put(UInt32(1))
        var some = bytes.bytes
        #expect(throws: ContainerError.kind(kind)) { try Container(takingFrom: &some) }
    }
}

@Suite struct `A simulated still camera` {
    private var camera = Camera(identity: Identity(), pictures: [[0xff, 0xd8, 0xff, 0xd9]], onCard: 2)

    private mutating func ask(_ code: UInt16, _ parameters: UInt32..., data: [UInt8] = []) -> Outcome {
        camera.perform(Container(.command, code, 1, parameters: parameters), data: data)
    }

    @Test mutating func `does nothing before a session is open`() {
        #expect(ask(0x1004).code == 0x2003)
        #expect(ask(0x1002, 1).code == 0x2001)
        #expect(ask(0x1002, 1).code == 0x201e)
        #expect(ask(0x1004).data == [1, 0, 0, 0, 1, 0, 1, 0])
    }

    @Test mutating func `keeps a picture for the host out of its card`() {
        _ = ask(0x1002, 1)
        #expect(ask(0x9207, 0xffff_ffff, 1).code == 0x2001)
        #expect(camera.store.handles(parent: 0).count == 4)
        #expect(ask(0x90c7).data == [2, 0, 0x01, 0xc1, 1, 0, 0xff, 0xff, 0x02, 0xc1, 0, 0, 0, 0])
        #expect(ask(0x1009, Store.memoryHandle).data == [0xff, 0xd8, 0xff, 0xd9])
        #expect(ask(0x100b, Store.memoryHandle).code == 0x2001)
        #expect(ask(0x1009, Store.memoryHandle).code == 0x2009)
    }

    @Test mutating func `puts a picture on its card when asked the standard way`() {
        _ = ask(0x1002, 1)
        #expect(ask(0x100e, 0, 0).code == 0x2001)
        #expect(camera.store.handles(parent: 0).count == 5)
    }

    @Test mutating func `reads back its capture target, and not when that does not hold`() {
        _ = ask(0x1002, 1)
        #expect(ask(0x1016, 0xd10b, data: [1]).code == 0x2001)
        #expect(ask(0x1015, 0xd10b).data == [1])
        #expect(ask(0x1016, 0xd10b, data: [2]).code == 0x201c)
        camera.fault = .target
        #expect(ask(0x1016, 0xd10b, data: [1]).code == 0x2001)
        #expect(ask(0x1015, 0xd10b).data == [0])
    }
}
