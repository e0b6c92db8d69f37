import Numbers
import PodCore
import Testing

@Suite struct `A message` {
    let bench = Bench()

    @Test func `is answered with its own type and number`() {
        let answer = bench.ask(.time)
        #expect(answer.type == 2)
        #expect(answer.sequence == 1)
        #expect(answer.status == .done)
        #expect(number(answer.payload) == bench.board.micros)
    }

    @Test func `says who the pod is`() {
        let payload = bench.ask(.hello).payload
        #expect(payload.prefix(4) == [1, PodVersion.major, PodVersion.minor, PodVersion.patch])
        #expect(number(payload[8...]) == 0x0123_4567_89AB_CDEF)
    }

    @Test(arguments: [
        ([UInt8](), PodStatus.short), ([1, 2, 3, 0, 0, 0, 0], .short), ([2, 2, 3, 0, 0, 0, 0, 0], .version),
        ([1, 2, 3, 0, 1, 0, 0, 0], .length), ([1, 2, 3, 0, 0, 0, 0, 0, 9], .length),
        ([1, 2, 3, 0, 1, 0, 0, 0, 9], .length), ([1, 0x42, 3, 0, 0, 0, 0, 0], .unknown),
        ([1, 3, 3, 0, 1, 0, 0, 0, 1], .length), ([1, 2, 3, 0, 0, 0, 1, 0], .argument),
    ])
    func `that is none is refused by name`(_ bytes: [UInt8], _ status: PodStatus) {
        let answer = Bench.Answer(bench.answer(bytes))
        #expect(answer.status == status)
        #expect(answer.payload == [])
        if bytes.count >= 4 { #expect([answer.type, UInt8(answer.sequence)] == [bytes[1], bytes[2]]) }
    }

    @Test func `of any bytes harms nothing`() {
        var random = Numbers(state: 7)
        var done = 0
        for _ in 0..<100_000 {
            var bytes = (0..<random.below(70)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if random.below(4) > 0 { bytes = plausible(&random) }
            let packet = bench.answer(bytes)
            #expect((8...Packet.capacity).contains(packet.count))
            let answer = Bench.Answer(packet)
            if answer.status == .done { done += 1 }
            if random.below(3) == 0 { bench.pass(1 + random.below(40)) }
            if random.below(50) == 0 { bench.frame() }
            judge()
        }
        // Otherwise nothing was tried.
        #expect(done > 10_000)
    }

    /// What must be true whatever was said: no light without the net, no net without a lease that runs.
    private func judge() {
        let status = bench.ask(.status).payload
        #expect(bench.board.net == (status[0] == 2))
        if !bench.board.net { #expect(bench.board.lights.values.allSatisfy { $0 == 0 }) }
        #expect(number(status[32..<40]) <= 30_000_000)
        if status[0] == 3 { bench.restart() }
    }

    private func plausible(_ random: inout Numbers) -> [UInt8] {
        let request = PodRequest.allCases[random.below(PodRequest.allCases.count)]
        let session = random.below(5) == 0 ? UInt32(random.below(3)) : Bench.session
        let payload: [UInt8] =
            switch request {
            case .hello, .time, .status: []
            case .lease: le(session) + le(UInt16(random.below(2200)))
            case .capture: le(session) + [UInt8(random.below(3))]
            case .light: le(session) + [UInt8(random.below(4))] + le(UInt16(random.below(1100)))
            case .strobe:
                le(session) + [1, UInt8(random.below(4))] + le(UInt16(random.below(300)))
                    + le(UInt16(random.below(20_100)))
            case .tone: le(session) + [UInt8(random.below(7))]
            case .reboot: le(UInt32(truncatingIfNeeded: random.next()))
            }
        var bytes = [1, request.rawValue, 9, 9] + le(UInt16(payload.count)) + [0, 0] + payload
        if random.below(10) == 0 { bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8)) }
        return bytes
    }
}

@Suite struct `A pedal` {
    let bench = Bench()

    @Test func `counts once although its contacts bounce`() {
        for pressed in [true, false, true, false, true] {
            bench.edge(.pedal, pressed)
            bench.board.micros += 700
        }
        bench.pass(100)
        #expect(bench.events().map { [$0.a, $0.b] } == [[0, 1]])
    }

    @Test func `has the time of its first edge`() {
        let time = bench.board.micros
        bench.edge(.hand, true)
        bench.pass(5)
        #expect(bench.events() == [Bench.Event(type: .trigger, a: 1, b: 1, number: 1, time: time)])
    }

    @Test func `is let go also when that happened while it rang`() {
        bench.edge(.pedal, true)
        bench.pass(5)
        bench.edge(.pedal, false)
        bench.pass(50)
        bench.edge(.pedal, true)
        #expect(bench.events().map(\.b) == [1, 0, 1])
        #expect(number(bench.ask(.status).payload[12..<16]) == 2)
    }

    @Test func `without a session does nothing but blink and be counted`() {
        bench.edge(.pedal, true)
        bench.pass(1)
        #expect(bench.board.notice)
        #expect(!bench.board.net)
        #expect(bench.board.hertz == 0)
        bench.pass(200)
        #expect(!bench.board.notice)
        #expect(number(bench.ask(.status).payload[16..<20]) == 1)
        bench.lease()
        bench.edge(.hand, true)
        bench.pass(1)
        #expect(!bench.board.notice)
        #expect(number(bench.ask(.status).payload[16..<20]) == 1)
    }

    @Test func `is remembered eight times; what is more is counted`() {
        for _ in 0..<10 {
            bench.edge(.pedal, bench.board.pressed.isEmpty)
            bench.pass(30)
        }
        let events = bench.events()
        #expect(events.count == 8)
        #expect(events.map(\.number) == [1, 1, 2, 2, 3, 3, 4, 4])
        #expect(number(bench.ask(.status).payload[28..<32]) == 2)
    }
}

@Suite struct `Tones and flashes` {
    let bench = Bench()

    private func melody(_ tone: PodTone) -> [UInt16] {
        bench.ask(.tone, le(Bench.session) + [tone.rawValue])
        return (0..<45).map { _ in
            bench.pass(10)
            return bench.board.hertz
        }
    }

    @Test func `differ from each other and end`() {
        bench.lease(2000)
        var heard: Set<[UInt16]> = []
        for tone in PodTone.allCases {
            bench.lease(2000)
            let melody = melody(tone)
            #expect(melody.contains { $0 > 0 })
            #expect(melody.last == 0)
            heard.insert(melody)
        }
        #expect(heard.count == PodTone.allCases.count)
    }

    @Test func `follow the camera's frames, one light after the other`() {
        bench.lease(2000)
        let entry = { (channel: UInt8) in [channel] + le(UInt16(100)) + le(UInt16(500)) }
        #expect(bench.ask(.strobe, le(Bench.session) + [2] + entry(0) + entry(1)).status == .done)
        bench.frame()
        #expect(bench.board.flashes.isEmpty)
        bench.capture(true)
        for _ in 0..<3 { bench.frame() }
        #expect(bench.board.flashes.map(\.channel) == [.crossPolarised, .parallelPolarised, .crossPolarised])
        #expect(bench.events().map(\.time) == [UInt64](repeating: bench.board.micros + 100, count: 3))
        bench.capture(false)
        bench.capture(true)
        bench.frame()
        #expect(bench.board.flashes.count == 3)
    }

    @Test(arguments: [[5], [1, 3, 0, 0, 1, 0], [1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0x21, 0x4E]])
    func `outside their bounds are refused`(_ list: [UInt8]) {
        bench.lease()
        #expect(bench.ask(.strobe, le(Bench.session) + list).status == .argument)
    }
}
