import PodCore
import Testing

@Suite struct `A lease` {
    let bench = Bench()

    @Test func `is what lamp, lights and camera need`() {
        #expect(bench.capture(true) == .lease)
        #expect(bench.lease() == .done)
        #expect(bench.light(.crossPolarised, 500) == .state)
        #expect(bench.capture(true) == .done)
        #expect(bench.board.net)
        #expect(bench.light(.crossPolarised, 500) == .done)
        #expect(bench.board.lights[.crossPolarised] == 500)
        #expect(bench.light(.crossPolarised, 1001) == .argument)
        #expect(bench.ask(.light, le(Bench.session) + [3] + le(UInt16(1))).status == .argument)
    }

    @Test func `ends with the host's silence, and everything is dark`() {
        bench.lease(300)
        bench.capture(true)
        bench.light(.parallelPolarised, 1000)
        bench.pass(299)
        #expect(bench.board.net)
        bench.pass(1)
        #expect(!bench.board.net)
        #expect(bench.board.lights[.parallelPolarised] == 0)
        #expect(bench.events().map { [$0.a, $0.b] } == [[PodFault.leaseExpired.rawValue, 0]])
        // The session is forgotten, so that nothing goes on by itself.
        #expect(bench.light(.parallelPolarised, 1) == .lease)
        #expect(bench.lease() == .done)
        #expect(!bench.board.net)
    }

    @Test func `goes on as long as it is renewed`() {
        bench.lease(300)
        bench.capture(true)
        for _ in 0..<50 {
            bench.pass(100)
            #expect(bench.lease(300) == .done)
        }
        #expect(bench.board.net)
        #expect(bench.events() == [])
    }

    @Test func `is one session's alone`() {
        bench.lease()
        bench.capture(true)
        #expect(bench.lease(session: 7) == .lease)
        #expect(bench.capture(false, session: 7) == .lease)
        #expect(bench.light(.crossPolarised, 10, session: 7) == .lease)
        #expect(bench.ask(.tone, le(UInt32(7)) + [0]).status == .lease)
        #expect(bench.ask(.strobe, le(UInt32(7)) + [0]).status == .lease)
        #expect(bench.board.net)
    }

    @Test func `can be given back`() {
        bench.lease()
        bench.capture(true)
        #expect(bench.lease(0) == .done)
        #expect(!bench.board.net)
        #expect(bench.lease(session: 7) == .done)
        #expect(bench.lease(0) == .lease)
    }

    @Test(arguments: [(UInt32(0), UInt16(1000)), (1, 2001), (1, .max)])
    func `is neither nobody's nor for ever`(_ session: UInt32, _ milliseconds: UInt16) {
        #expect(bench.lease(milliseconds, session: session) == .argument)
    }
}

@Suite struct `The interlock` {
    let bench = Bench()

    private func begin() {
        bench.lease(2000)
        bench.capture(true)
    }

    @Test func `turns everything dark when the recording lamp does not shine`() {
        bench.board.isLampSound = false
        begin()
        bench.pass(1)
        #expect(bench.board.net)
        bench.pass(1)
        #expect(!bench.board.net)
        #expect(bench.events().map { [$0.a, $0.b] } == [[PodFault.lampMismatch.rawValue, 1]])
        #expect(bench.lease() == .interlock)
        #expect(bench.capture(true) == .interlock)
        #expect(bench.ask(.hello).payload[6...7] == [3, PodFault.lampMismatch.rawValue])
    }

    @Test func `sees a lamp that shines while it should not, with a lease and without`() {
        bench.board.isLampStuck = true
        bench.pass(3)
        #expect(bench.ask(.status).payload[1] == PodFault.lampMismatch.rawValue)
        let other = Bench()
        other.lease(2000)
        other.board.isLampStuck = true
        other.pass(3)
        #expect(other.capture(true) == .interlock)
    }

    @Test func `gives a lamp time to go out`() {
        begin()
        bench.pass(10)
        bench.capture(false)
        bench.board.isLampStuck = true
        bench.pass(1)
        bench.board.isLampStuck = false
        bench.pass(10)
        #expect(bench.capture(true) == .done)
    }

    @Test func `latches an open lid until the pod restarts`() {
        begin()
        bench.board.isOpen = true
        bench.pass(1)
        #expect(!bench.board.net)
        bench.board.isOpen = false
        bench.pass(5000)
        #expect(bench.lease() == .interlock)
        #expect(bench.events().map(\.type) == [.tamper, .safety, .tamper])
        #expect(bench.ask(.reboot, le(UInt32(0))).status == .argument)
        #expect(bench.ask(.reboot, le(PodRestart.program.rawValue)).status == .done)
        #expect(bench.board.restarted == nil)
        bench.pass(20)
        #expect(bench.board.restarted == .program)
    }

    @Test func `lets nobody restart a pod that is in use`() {
        bench.lease()
        #expect(bench.ask(.reboot, le(PodRestart.loader.rawValue)).status == .state)
    }

    @Test func `feeds the watchdog once in each poll and nowhere else`() {
        let before = bench.board.fed
        for _ in 0..<10 { bench.ask(.status) }
        #expect(bench.board.fed == before)
        bench.pass(3)
        #expect(bench.board.fed == before + 3)
    }
}

@Suite struct `Ultraviolet light` {
    let bench = Bench()

    private func shine(_ milliseconds: Int) {
        for _ in 0..<milliseconds / 500 {
            bench.lease(2000)
            bench.pass(500)
        }
    }

    @Test func `shines for thirty seconds and not longer, however dim`() {
        bench.lease(2000)
        bench.capture(true)
        bench.light(.ultraviolet, 1)
        shine(29_500)
        #expect(bench.board.net)
        shine(1000)
        #expect(!bench.board.net)
        #expect(bench.board.lights[.ultraviolet] == 0)
        #expect(bench.events().map(\.a) == [PodFault.ultravioletDose.rawValue])
    }

    @Test func `is counted in flashes too`() {
        bench.lease(2000)
        bench.capture(true)
        #expect(bench.ask(.strobe, le(Bench.session) + [1, 2] + le(UInt16(0)) + le(UInt16(20_000))).status == .done)
        for _ in 0..<1490 { bench.frame() }
        bench.pass(1)
        #expect(bench.board.net)
        for _ in 0..<20 { bench.frame() }
        bench.pass(1)
        #expect(!bench.board.net)
        #expect(bench.board.flashes.count == 1510)
    }

    @Test func `comes back in the dark, a second a minute`() {
        bench.lease(2000)
        bench.capture(true)
        bench.light(.ultraviolet, 1000)
        shine(10_000)
        bench.light(.ultraviolet, 0)
        let spent = number(bench.ask(.status).payload[32..<40])
        shine(64_000)
        let left = number(bench.ask(.status).payload[32..<40])
        #expect(spent == 10_000_000)
        #expect((8_990_000...9_010_000).contains(left))
    }
}
