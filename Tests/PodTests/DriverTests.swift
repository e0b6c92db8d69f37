import Linux
import PodBoard
import PodCore
import Synchronization
import Testing
import USB

@testable import Pod

@Suite(.serialized) struct `A capture pod` {
    @Test func `is found, greeted and looked at`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        guard case .here(let hello, let report, let isLeased) = bench.driver.view.standing else { return }
        #expect(hello.serialText == "0123456789ABCDEF" && hello.version == 1)
        #expect(report.standing.phase == .idle && !report.isLampLit && !isLeased)
    }

    @Test func `is away until it is plugged in, and after it was pulled, a hundred times`() throws {
        let bench = try Bench(plugged: false)
        eventually { bench.absence == .absent }
        for _ in 0..<100 {
            bench.socket.plug(bench.pod)
            eventually { bench.isHere }
            bench.socket.unplug()
            eventually { bench.absence == .absent }
        }
        #expect(bench.driver.view.counts.openings == 100)
    }

    @Test func `is held through a visit much longer than its lease`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.driver.beginSession()
        eventually { bench.isLeased }
        let recording = try bench.driver.record()
        #expect(bench.pod.board.now.net)
        // Three leases: the lamp must never have gone dark in between, which would have ended the recording.
        let end = Clock.monotonic() + 6_000_000_000
        while Clock.monotonic() < end {
            try recording.check()
            wait(milliseconds: 5)
        }
        #expect(bench.pod.board.now.net && bench.isLeased)
    }

    @Test func `is dark as soon as the visit is over`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.driver.beginSession()
        let recording = try bench.driver.record()
        _ = try bench.driver.light(.crossPolarised, permille: 500)
        #expect(bench.pod.board.now.lights == [.crossPolarised: 500])
        bench.driver.endSession()
        #expect(!bench.pod.board.now.net && bench.pod.board.now.lights.isEmpty)
        #expect(!bench.isLeased)
        withExtendedLifetime(recording) {}
    }

    @Test func `goes dark by itself when nobody renews its lease`() throws {
        let bench = try Bench(lease: 300)
        eventually { bench.isHere }
        bench.driver.beginSession()
        let recording = try bench.driver.record()
        #expect(bench.pod.board.now.net)
        // As when the station's process is killed: nothing is given back.
        bench.socket.unplug()
        eventually { !bench.pod.board.now.net }
        #expect(throws: PodError.self) { try recording.check() }
    }

    @Test func `comes back into a visit that is under way`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.driver.beginSession()
        eventually { bench.isLeased }
        bench.socket.unplug()
        // At first it was unplugged, then it is not there.
        eventually { if case .away(.absent) = bench.driver.view.standing { true } else { false } }
        bench.socket.plug(bench.pod)
        eventually { bench.isLeased }
        try bench.driver.requireSound()
        _ = try bench.driver.record()
    }

    @Test func `has its lamp on for as long as somebody records`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.driver.beginSession()
        do {
            let live = try bench.driver.record()
            do {
                let shot = try bench.driver.record()
                try shot.check()
                #expect(bench.pod.board.now.net)
            }
            #expect(bench.pod.board.now.net)
            try live.check()
        }
        #expect(!bench.pod.board.now.net)
    }

    @Test func `is dark after the last recording of another pod has ended too`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.driver.beginSession()
        do {
            let stale = try bench.driver.record()
            bench.socket.unplug()
            eventually { !bench.isHere }
            bench.socket.plug(bench.pod)
            eventually { bench.isLeased }
            #expect(throws: PodError.dark) { try stale.check() }
            try bench.driver.record().check()
        }
        #expect(!bench.pod.board.now.net)
    }

    @Test func `is not taken from a visit by a trial, nor given back by one that a visit took over`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        let trial = try #require(bench.driver.beginTrial())
        #expect(bench.driver.beginTrial() == nil)
        bench.driver.beginSession()
        bench.driver.endSession(of: trial)
        eventually { bench.isLeased }
        let recording = try bench.driver.record()
        #expect(bench.driver.beginTrial() == nil && bench.pod.board.now.net)
        bench.driver.endSession()
        #expect(!bench.pod.board.now.net)
        let other = try #require(bench.driver.beginTrial())
        bench.driver.endSession(of: other)
        eventually { !bench.isLeased }
        withExtendedLifetime(recording) {}
    }

    @Test func `records nothing without a session`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        #expect(throws: PodError.noSession) { _ = try bench.driver.record() }
        #expect(throws: PodError.noSession) { try bench.driver.tone(.exposed) }
        #expect(!bench.pod.board.now.net)
    }

    @Test func `with a broken lamp records nothing, and says why until it is restarted`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.driver.beginSession()
        bench.pod.board.change { $0.isLampSound = false }
        #expect(throws: PodError.fault(.lampMismatch)) { _ = try bench.driver.record() }
        #expect(!bench.pod.board.now.net)
        bench.pod.board.change { $0.isLampSound = true }
        #expect(throws: PodError.fault(.lampMismatch)) { _ = try bench.driver.record() }
        #expect(throws: PodError.fault(.lampMismatch)) { try bench.driver.requireSound() }
    }

    @Test func `whose lid is opened ends the recording`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.driver.beginSession()
        let recording = try bench.driver.record()
        try recording.check()
        bench.pod.board.change { $0.isOpen = true }
        eventually { bench.phase == .fault }
        #expect(throws: PodError.fault(.tamper)) { try recording.check() }
        #expect(throws: PodError.fault(.tamper)) { try bench.driver.requireSound() }
    }

    @Test func `says when a light shines, on the station's clock`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.driver.beginSession()
        let recording = try bench.driver.record()
        let before = Clock.monotonic()
        let (at, uncertainty) = try bench.driver.light(.parallelPolarised, permille: 300)
        let margin = Int64(uncertainty / .nanoseconds(1))
        #expect(at + margin >= before && at - margin <= Clock.monotonic())
        try bench.driver.strobe([PodFlash(.crossPolarised, delay: 0, width: 100)])
        try bench.driver.strobe([])
        try recording.check()
        try bench.driver.tone(.durable)
        eventually { bench.pod.board.takeWords().contains("sound 880 Hz") }
    }

    @Test func `hands on each press with its own time`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        for (number, input) in [PodInput.pedal, .hand, .pedal].enumerated() {
            let before = Clock.monotonic()
            bench.pod.press(input, true)
            eventually { bench.presses.count == 2 * number + 1 }
            let after = Clock.monotonic()
            let press = try #require(bench.presses.last)
            let margin = Int64(press.uncertainty / .nanoseconds(1))
            #expect(press.pressed && press.source == (input == .pedal ? .pedal : .hand))
            #expect(before <= press.at + margin && press.at - margin <= after)
            #expect(press.uncertainty < .milliseconds(50))
            // The switch is debounced for 20 ms: only then is another edge seen.
            wait(milliseconds: 25)
            bench.pod.press(input, false)
            eventually { bench.presses.count == 2 * number + 2 }
            #expect(bench.presses.last?.pressed == false)
            wait(milliseconds: 25)
        }
        #expect(bench.driver.view.counts.presses == 6 && bench.driver.view.counts.lost == 0)
    }

    @Test func `that is pulled with its pedal down lets go`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.pod.press(.pedal, true)
        eventually { bench.presses.count == 1 }
        bench.socket.unplug()
        eventually { bench.presses.count == 2 }
        let (down, up) = (bench.presses[0], bench.presses[1])
        #expect(down.pressed && !up.pressed && up.source == .pedal && up.at >= down.at)
        #expect(bench.driver.view.counts.presses == 1)
    }

    @Test func `that was pressed while the station was away starts nothing`() throws {
        let bench = try Bench(plugged: false)
        bench.pod.press(.pedal, true)
        wait(milliseconds: 50)
        bench.pod.press(.pedal, false)
        wait(milliseconds: 50)
        bench.socket.plug(bench.pod)
        eventually { bench.driver.view.counts.late == 2 }
        #expect(bench.presses.isEmpty)
        bench.pod.press(.pedal, true)
        eventually { bench.presses.count == 1 }
    }

    @Test func `whose events are lost on the way is counted`() throws {
        let dropped = Mutex(0)
        let bench = try Bench(event: { event in
            // Every second one does not arrive.
            dropped.withLock { count in
                count += 1
                return count % 2 == 0 ? nil : event
            }
        })
        eventually { bench.isHere }
        for number in 0..<6 {
            bench.pod.press(.hand, number % 2 == 0)
            eventually { dropped.withLock { $0 } == number + 1 }
            wait(milliseconds: 25)
        }
        eventually { bench.driver.view.counts.presses == 3 && bench.driver.view.counts.lost == 2 }
    }

    @Test func `that another session holds is waited for`() throws {
        let bench = try Bench(lease: 300)
        // As a process that was killed leaves it: half a second of somebody's lease.
        let lease = LeaseQuestion(session: 7, milliseconds: 500).message(sequence: 1)
        #expect(bench.pod.answer(lease).count > 8)
        eventually { bench.isHere }
        bench.driver.beginSession()
        eventually { bench.isLeased }
        _ = try bench.driver.record()
    }

    @Test func `can be restarted when nobody holds it`() throws {
        let bench = try Bench()
        eventually { bench.isHere }
        bench.driver.beginSession()
        eventually { bench.isLeased }
        #expect(throws: PodError.refused(.reboot, .state)) { try bench.driver.restart(.program) }
        bench.driver.endSession()
        try bench.driver.restart(.program)
        eventually { bench.pod.board.now.restart == .program }
    }
}
