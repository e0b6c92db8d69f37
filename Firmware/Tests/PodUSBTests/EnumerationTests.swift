import PodCore
import PodUSB
import Testing

@Suite struct `A device on USB` {
    let bus = Bus()

    @Test func `says what it is`() {
        let version = UInt16(PodVersion.major) << 8 | UInt16(PodVersion.minor) << 4 | UInt16(PodVersion.patch)
        #expect(
            bus.get(0x80, 6, value: 0x0100)
                == [18, 1, 0x10, 2, 0, 0, 0, 64, 0x09, 0x12, 0x0B, 0x0B] + le(version) + [1, 2, 3, 1])
        // A host that does not know the packets' size yet asks for eight bytes.
        #expect(bus.get(0x80, 6, value: 0x0100, length: 8) == [18, 1, 0x10, 2, 0, 0, 0, 64])
    }

    @Test func `has one interface of its own class and three endpoints`() throws {
        let all = try #require(bus.get(0x80, 6, value: 0x0200))
        #expect(all.count == 39)
        #expect(all.prefix(9) == [9, 2, 39, 0, 1, 1, 0, 0x80, 50])
        #expect(all[9..<18] == [9, 4, 0, 0, 3, 0xFF, 0x0B, 0x01, 0])
        #expect(all[18..<25] == [7, 5, 0x01, 2, 64, 0, 0])
        #expect(all[25..<32] == [7, 5, 0x81, 2, 64, 0, 0])
        #expect(all[32...] == [7, 5, 0x82, 3, 32, 0, 1])
        #expect(bus.get(0x80, 6, value: 0x0200, length: 9) == Array(all.prefix(9)))
    }

    @Test func `has a name and its chip's number`() {
        let text = { (number: UInt16) in
            bus.get(0x80, 6, value: 0x0300 | number, index: 0x0409).map { bytes in
                #expect(Int(bytes[0]) == bytes.count && bytes[1] == 3)
                return String(
                    decoding: stride(from: 2, to: bytes.count, by: 2).map {
                        UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
                    },
                    as: UTF16.self)
            }
        }
        #expect(bus.get(0x80, 6, value: 0x0300) == [4, 3, 9, 4])
        #expect(text(1) == "Obscura")
        #expect(text(2) == "Capture Pod")
        #expect(text(3) == "E6614C311B7A0F2D")
        #expect(text(4) == nil)
        #expect(bus.get(0x80, 6, value: 0x0301, index: 0x0407) == nil)
    }

    @Test func `tells Windows which driver it takes`() throws {
        let objects = try #require(bus.get(0x80, 6, value: 0x0F00))
        #expect(objects.count == 40 && objects[2...4] == [40, 0, 2])
        let capability = objects[12...]
        #expect(capability.prefix(4) == [28, 16, 5, 0])
        #expect(Array(capability.suffix(8)) == [0, 0, 3, 6, 162, 0, 0x20, 0])
        let packets = try #require(bus.packets(0xC0, 0x20, index: 7, length: 4096))
        #expect(packets.map(\.count) == [64, 64, 34])
        let set = packets.flatMap(\.self)
        // Each descriptor begins with its length; together they are the whole.
        #expect(set.prefix(10) == [10, 0, 0, 0, 0, 0, 3, 6, 162, 0])
        #expect(Array(set[10..<24]) == [20, 0, 3, 0] + Array("WINUSB".utf8) + [0, 0, 0, 0])
        #expect(set[30..<38] == [132, 0, 4, 0, 7, 0, 42, 0])
        #expect(10 + 20 + 132 == set.count)
        #expect(set[80..<82] == [80, 0])
    }

    @Test func `sends an empty packet where the host could wait for more`() {
        // 128 of 162 bytes: exactly what was asked for, nothing behind it.
        #expect(bus.packets(0xC0, 0x20, index: 7, length: 128)?.map(\.count) == [64, 64])
        #expect(bus.packets(0xC0, 0x20, index: 7, length: 64)?.map(\.count) == [64])
        #expect(bus.packets(0xC0, 0x20, index: 7, length: 65)?.map(\.count) == [64, 1])
        #expect(bus.packets(0x80, 6, value: 0x0100, length: 18)?.map(\.count) == [18])
        #expect(bus.packets(0x80, 6, value: 0x0100, length: 0)?.map(\.count) == [0])
    }

    @Test func `takes its address when the host has had the empty packet`() {
        bus.device.busReset()
        #expect(bus.setup(Bus.bytes(0x00, 5, 42, 0, 0)))
        #expect(bus.next(.control) == [])
        #expect(bus.wires.address == 0)
        bus.device.sent(.control)
        #expect(bus.wires.address == 42)
        #expect(!bus.set(0x00, 5, value: 128))
        bus.device.busReset()
        #expect(bus.wires.address == 0)
    }

    @Test func `is used once it is configured`() {
        bus.device.busReset()
        #expect(!bus.set(0x00, 9, value: 1))
        bus.set(0x00, 5, value: 3)
        #expect(bus.get(0x80, 8) == [0])
        #expect(bus.get(0x81, 10) == nil)
        #expect(!bus.isReady(.requests))
        #expect(!bus.set(0x00, 9, value: 2))
        #expect(bus.set(0x00, 9, value: 1))
        #expect(bus.get(0x80, 8) == [1])
        #expect(bus.get(0x81, 10) == [0])
        #expect(bus.wires.isOpen)
        #expect(bus.ask(.hello)?[8] == 1)
        #expect(bus.set(0x00, 9, value: 0))
        #expect(!bus.wires.isOpen)
        #expect(bus.ask(.hello) == nil)
    }

    @Test func `gives whole transfers the same bytes`() {
        for (kind, request, value, index) in [
            (0x80, 6, 0x0100, 0), (0x80, 6, 0x0200, 0), (0x80, 6, 0x0F00, 0), (0xC0, 0x20, 0, 7),
            (0x80, 6, 0x0303, 0x409),
        ] as [(UInt8, UInt8, UInt16, UInt16)] {
            for length in [1, 9, 64, 65, 1000] as [UInt16] {
                let whole = bus.device.control(Bus.bytes(kind, request, value, index, length))
                #expect(whole?.bytes == bus.get(kind, request, value: value, index: index, length: length))
            }
        }
        #expect(bus.device.control(Bus.bytes(0x80, 6, 0x0600, 0, 10)) == nil)
        #expect(bus.device.control(Bus.bytes(0x00, 5, 5, 0, 0))?.count == 0)
        #expect(bus.wires.address == 5)
    }

    @Test(
        arguments: [
            // The qualifier of a device that is faster elsewhere; descriptors to be set; frames to be synchronized.
            (0x80, 6, 0x0600, 0), (0x00, 7, 0x0100, 0), (0x82, 12, 0, 0x81),
            // Waking the host; another interface and its other setting; an endpoint that is none; a class and another vendor.
            (0x00, 3, 1, 0), (0x00, 3, 2, 0), (0x81, 0, 0, 1), (0x81, 10, 0, 1), (0x02, 3, 0, 0x83), (0x02, 3, 1, 0x81),
            (0x02, 3, 0, 0), (0xA1, 1, 0, 0), (0xC0, 0x21, 0, 7), (0xC0, 0x20, 0, 4), (0x40, 0x20, 0, 8),
            (0x80, 6, 0x03EE, 0),
            (0x80, 6, 0x0101, 0), (0x82, 0, 0, 0x101),
        ] as [(UInt8, UInt8, UInt16, UInt16)])
    func `answers STALL to what it does not know, until the next setup`(
        _ kind: UInt8, _ request: UInt8, _ value: UInt16, _ index: UInt16
    ) {
        let bus = Bus.configured()
        #expect(!bus.setup(Bus.bytes(kind, request, value, index, kind < 0x80 ? 0 : 64)))
        #expect(bus.isHalted(.control))
        #expect(bus.next(.control) == nil)
        #expect(bus.get(0x80, 8) == [1])
        #expect(!bus.isHalted(.control))
    }
}
