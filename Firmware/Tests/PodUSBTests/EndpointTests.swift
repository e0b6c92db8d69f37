import Numbers
import PodCore
import PodUSB
import Testing

@Suite struct `An endpoint` {
    let bus = Bus.configured()

    @Test func `lets a second request wait until the first is answered`() {
        bus.send(.hello)
        #expect(!bus.isReady(.requests))
        bus.send(.time)
        #expect(bus.fetch(.replies)?[1] == PodRequest.hello.rawValue)
        #expect(bus.fetch(.replies) == nil)
        #expect(bus.isReady(.requests))
    }

    @Test func `offers a packet until the host has it`() {
        bus.send(.time)
        let first = bus.next(.replies)
        #expect(bus.next(.replies) == first)
        bus.device.pod.edge(.pedal, pressed: true, at: bus.wires.micros)
        let event = bus.next(.events)
        #expect(event?.count == 24)
        // What the controller forgot comes again, and a reset does not lose what happened.
        bus.set(0x02, 1, index: 0x82)
        #expect(bus.next(.events) == event)
        bus.device.busReset()
        #expect(bus.next(.events) == nil)
        bus.set(0x00, 5, value: 9)
        bus.set(0x00, 9, value: 1)
        #expect(bus.fetch(.events) == event)
        #expect(bus.fetch(.events) == nil)
        // A reply was for a conversation that is over.
        #expect(bus.fetch(.replies) == nil)
    }

    @Test(arguments: [0x01, 0x81, 0x82] as [UInt16]) func `is halted and let go by the host`(_ address: UInt16) throws {
        let endpoint = try #require(USBEndpoint(rawValue: UInt8(address)))
        bus.send(.time)
        bus.device.pod.edge(.pedal, pressed: true, at: bus.wires.micros)
        #expect(bus.get(0x82, 0, index: address) == [0, 0])
        #expect(bus.set(0x02, 3, index: address))
        #expect(bus.get(0x82, 0, index: address) == [1, 0])
        #expect(bus.isHalted(endpoint))
        #expect(bus.next(endpoint) == nil)
        #expect(!bus.isReady(endpoint))
        #expect(bus.set(0x02, 1, index: address))
        #expect(bus.get(0x82, 0, index: address) == [0, 0])
        #expect(!bus.isHalted(endpoint))
        // Let go again: the toggle begins anew although nothing was halted.
        #expect(bus.set(0x02, 1, index: address))
        #expect(bus.wires.halts.map(\.0) == [endpoint, endpoint, endpoint])
        #expect(bus.wires.halts.map(\.1) == [true, false, false])
    }

    @Test func `begins anew with its interface`() {
        bus.send(.time)
        bus.set(0x02, 3, index: 0x81)
        let opened = bus.wires.opened
        #expect(bus.set(0x01, 11))
        #expect(bus.wires.opened == opened + 1)
        #expect(!bus.isHalted(.replies))
        #expect(bus.next(.replies) == nil)
    }

    @Test func `answers what is no message too`() {
        bus.device.received(.requests, [1, 2].span)
        #expect(bus.fetch(.replies)?[6] == UInt8(PodStatus.short.rawValue))
        bus.device.received(.requests, [UInt8](repeating: 1, count: 64).span)
        #expect(bus.fetch(.replies)?.count == 8)
    }
}

@Suite struct `A host that is away` {
    let bus = Bus.configured()

    @Test(arguments: 0..<4) func `leaves the pod dark at once`(_ way: Int) {
        bus.capture()
        #expect(bus.wires.net)
        switch way {
        case 0: bus.device.suspend()
        case 1: bus.device.busReset()
        case 2: bus.set(0x00, 9, value: 0)
        default: bus.set(0x00, 9, value: 1)
        }
        #expect(!bus.wires.net)
        bus.set(0x00, 5, value: 9)
        bus.set(0x00, 9, value: 1)
        #expect(bus.fetch(.events)?[8] == PodFault.leaseExpired.rawValue)
        // And takes its lease anew.
        bus.capture()
        #expect(bus.wires.net)
    }

    @Test func `changes nothing where there was no lease`() {
        bus.device.suspend()
        #expect(bus.fetch(.events) == nil)
    }

    private func anything(_ random: inout Numbers) -> [8 of UInt8] {
        let (low, high) = (UInt32(truncatingIfNeeded: random.next()), UInt32(truncatingIfNeeded: random.next()))
        return Bus.bytes(
            UInt8(low & 255), UInt8(low >> 8 & 255), UInt16(low >> 16), UInt16(high & 0xFFFF), UInt16(high >> 16))
    }

    /// A request of those that hosts make, of any length, and every fourth with a bit turned.
    private func nearly(_ random: inout Numbers) -> [8 of UInt8] {
        let known: [(UInt8, UInt8, UInt16, UInt16)] = [
            (0x80, 6, 0x0100, 0), (0x80, 6, 0x0200, 0), (0x80, 6, 0x0301, 0x409), (0x80, 6, 0x0303, 0x409),
            (0x80, 6, 0x0F00, 0), (0xC0, 0x20, 0, 7), (0x80, 0, 0, 0), (0x82, 0, 0, 0x81), (0x80, 8, 0, 0),
            (0x81, 10, 0, 0), (0x00, 5, 9, 0), (0x00, 9, 1, 0), (0x00, 9, 0, 0), (0x01, 11, 0, 0), (0x02, 1, 0, 1),
            (0x02, 3, 0, 0x82),
        ]
        let (kind, request, value, index) = known[random.below(known.count)]
        let length = kind < 0x80 ? 0 : UInt16(random.below(300))
        var bytes = Bus.bytes(kind, request, value, index, length)
        if random.below(4) == 0 { bytes[random.below(8)] ^= UInt8(1 << random.below(8)) }
        return bytes
    }

    @Test func `cannot do harm with any setup`() {
        var random = Numbers(state: 11)
        var taken = 0
        var most = 0
        for round in 0..<100_000 {
            // Most of them nearly right, else nothing would be tried.
            let bytes = round % 4 == 0 ? anything(&random) : nearly(&random)
            let length = Int(bytes[6]) | Int(bytes[7]) << 8
            if random.below(20) == 0 {
                bus.device.busReset()
                bus.device.received(.control, [UInt8(0)].span)
            }
            if bus.setup(bytes) { taken += 1 }
            var count = 0
            // Now and then the host breaks off.
            let patience = random.below(5)
            var fetched = 0
            while fetched < patience, let packet = bus.device.nextPacket(.control) {
                count += packet.count
                bus.device.sent(.control)
                fetched += 1
            }
            #expect(count <= length)
            most = max(most, count)
            let noise = (0..<random.below(65)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            bus.device.received(USBEndpoint.allCases[random.below(4)], noise.span)
            if random.below(3) == 0 { _ = bus.fetch(.replies) }
            #expect(bus.wires.isOpen == bus.isConfigured)
            #expect(!bus.wires.net)
        }
        #expect(taken > 10_000)
        #expect(most == 162)
    }
}
