import Linux
import PodBoard
import PodCore
import Synchronization
import Seeded
import Testing
import USB

@testable import Pod

@Suite struct `The pod's clock` {
    /// A pod that began so long ago (ns) and runs so many millionths too fast.
    private func pod(at host: Int64, offset: Int64, millionths: Int64 = 0) -> PodMicros {
        PodMicros((host - offset + (host - offset) / 1_000_000 * millionths) / 1000)
    }

    @Test(arguments: [-50, 0, 50] as [Int64])
    func `is mapped within its own bound, whatever the line delays`(millionths: Int64) throws {
        var generator = Seeded(state: 7)
        var clock = PodClock()
        var host: Int64 = 5_000_000_000
        let offset: Int64 = -3_600_000_000_000
        for _ in 0..<2000 {
            host += Int64.random(in: 1...1_000_000_000, using: &generator)
            let (out, back) = (
                Int64.random(in: 0...20_000_000, using: &generator), Int64.random(in: 0...3_000_000, using: &generator)
            )
            let reading = pod(at: host + out, offset: offset, millionths: millionths)
            try clock.add(.init(reading, before: host, after: host + out + back))
            host += out + back
            let edge = host - Int64.random(in: 0...2_000_000_000, using: &generator)
            let (at, uncertainty) = try clock.monotonic(pod(at: edge, offset: offset, millionths: millionths))
            let margin = Int64(uncertainty / .nanoseconds(1))
            #expect(abs(at - edge) <= margin)
        }
    }

    @Test func `keeps the reading that says most`() throws {
        var clock = PodClock()
        try clock.add(.init(PodMicros(1_000_000), before: 999_900_000, after: 1_000_100_000))
        let sharp = try clock.monotonic(PodMicros(1_000_000)).uncertainty
        try clock.add(.init(PodMicros(1_001_000), before: 981_000_000, after: 1_021_000_000))
        #expect(try clock.monotonic(PodMicros(1_000_000)).uncertainty <= sharp)
        #expect(sharp < .microseconds(110))
    }

    @Test func `is no clock where it leaps, stands or runs wild`() throws {
        let first = PodClock.Sample(PodMicros(1_000_000), before: 1_000_000_000, after: 1_000_500_000)
        for later in [0, 1_000_000, 2_100_000, 900_000] as [Int64] {
            var clock = PodClock()
            try clock.add(first)
            #expect(throws: PodError.clock) {
                try clock.add(.init(PodMicros(later), before: 2_000_000_000, after: 2_000_500_000))
            }
        }
        var clock = PodClock()
        #expect(throws: PodError.clock) { _ = try clock.monotonic(PodMicros(1)) }
        #expect(throws: PodError.clock) { try clock.add(.init(PodMicros(1), before: 2, after: 1)) }
    }

    @Test func `may say the largest number there is`() throws {
        var clock = PodClock()
        try clock.add(.init(PodMicros(Int64(PodMicros.most)), before: 0, after: 10))
        _ = try clock.monotonic(PodMicros(0))
    }
}

@Suite struct `The pod's messages` {
    private func reply<Question: PodQuestion>(
        _ question: Question, _ bytes: [UInt8]
    ) throws(PodStatus) -> PodReply<Question.Answer> { try Question.reply(bytes, sequence: 5) }

    @Test func `are written as the protocol has them`() {
        #expect(HelloQuestion().message(sequence: 0x0201) == [1, 1, 1, 2, 0, 0, 0, 0])
        #expect(
            LeaseQuestion(session: 0x0403_0201, milliseconds: 2000).message(sequence: 0)
                == [1, 3, 0, 0, 6, 0, 0, 0, 1, 2, 3, 4, 0xD0, 7])
        let strobe = StrobeQuestion(session: 1, flashes: [PodFlash(.parallelPolarised, delay: 2, width: 3)])
        #expect(strobe.message(sequence: 0) == [1, 6, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 0, 3, 0])
        let flash = PodFlash(.ultraviolet, delay: 0, width: 1)
        let full = StrobeQuestion(session: 1, flashes: Array(repeating: flash, count: 4))
        #expect(full.message(sequence: 0).count == 33)
        #expect(RebootQuestion(restart: .loader).message(sequence: 0).suffix(4) == [0x44, 0x41, 0x4F, 0x4C])
    }

    /// Every reply of the real pod, cut short, made longer, and with each byte set to every other value, is refused or means
    /// something that a pod can mean.
    @Test func `of a pod that lies are refused or possible`() throws {
        let pod = try RealPod()
        defer { pod.end() }
        func lies<Question: PodQuestion>(
            _ question: Question, isPossible: (Question.Answer) -> Bool = { _ in true }
        ) throws {
            let honest = pod.answer(question.message(sequence: 5))
            guard case .done = try reply(question, honest) else {
                Issue.record("\(Question.request) was not done")
                return
            }
            for count in 0..<honest.count {
                #expect(throws: PodStatus.self) { try Question.reply(Array(honest.prefix(count)), sequence: 5) }
            }
            #expect(throws: PodStatus.self) { try Question.reply(honest + [0], sequence: 5) }
            #expect(throws: PodStatus.self) {
                try Question.reply(honest + [UInt8](repeating: 0, count: 70), sequence: 5)
            }
            for place in honest.indices {
                for value in UInt8.min...UInt8.max where value != honest[place] {
                    var bytes = honest
                    bytes[place] = value
                    switch (place, try? reply(question, bytes)) {
                    case (_, nil): break
                    case (2, .late?), (3, .late?): break
                    // A refusal has no payload.
                    case (6, .refused?) where honest.count == 8: break
                    case (8..., .done(let answer)?): #expect(isPossible(answer), "\(value) at \(place)")
                    case (_, let other?): Issue.record("\(Question.request): \(value) at \(place): \(other)")
                    }
                }
            }
        }
        func isPossible(_ standing: PodStanding) -> Bool { (standing.phase == .fault) == (standing.fault != nil) }
        try lies(HelloQuestion()) { isPossible($0.standing) }
        try lies(TimeQuestion()) { $0.value >= 0 && $0.value <= PodMicros.most }
        try lies(StatusQuestion()) { isPossible($0.standing) && $0.time.value >= 0 }
        try lies(LeaseQuestion(session: 9, milliseconds: 2000))
        try lies(CaptureQuestion(session: 9, on: true)) { $0.time.value >= 0 }
        try lies(LightQuestion(session: 9, channel: .crossPolarised, permille: 1))
        try lies(StrobeQuestion(session: 9, flashes: []))
        try lies(ToneQuestion(session: 9, tone: .refused))
    }

    @Test func `that nobody asked for survive anything`() {
        var generator = Seeded(state: 20_261_122)
        var taken = 0
        for _ in 0..<100_000 {
            var bytes: [UInt8] = [1, [0x81, 0x82, 0x83, 0x84].randomElement(using: &generator) ?? 0x81]
            bytes += [0, 0, 16, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                bytes[Int.random(in: 0..<24, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if Int.random(in: 0..<10, using: &generator) == 0 {
                bytes.removeLast(Int.random(in: 0...24, using: &generator))
            }
            guard let signal = try? PodSignal(parsing: bytes) else { continue }
            taken += 1
            #expect(bytes.count == 24 && signal.time.value >= 0)
        }
        #expect(taken > 10_000)
    }
}

@Suite(.serialized) struct `A pod that lies` {
    /// The driver never takes it for a pod, tries it again, and takes the honest one that follows.
    private func isRefused(
        as expected: PodError, serial: String? = "0123456789ABCDEF", reply: @escaping Cable.Change = { $0 },
        event: @escaping Cable.Change = { $0 }
    ) throws {
        let isHonest = Mutex(false)
        let bench = try Bench(
            plugged: false,
            reply: { bytes in isHonest.withLock { $0 } ? bytes : reply(bytes) },
            event: { bytes in isHonest.withLock { $0 } ? bytes : event(bytes) })
        bench.socket.plug(bench.pod, serial: serial)
        // News that is still there lets the driver try once more at once: so there is always another event.
        eventually {
            bench.pod.press(.pedal, !bench.pod.board.now.pressed.contains(.pedal))
            return bench.absence == expected
        }
        isHonest.withLock { $0 = true }
        bench.socket.plug(bench.pod)
        eventually { bench.isHere }
    }

    @Test func `about its version is refused`() throws {
        try isRefused(as: .version(2), reply: { bytes in set(8, to: 2, in: bytes, of: 1) })
    }

    @Test func `about its serial number is refused`() throws { try isRefused(as: .serial, serial: "FEDCBA9876543210") }

    @Test func `about its clock is refused`() throws {
        try isRefused(as: .clock, reply: { bytes in set(13, to: UInt8.random(in: 0...255), in: bytes, of: 2) })
    }

    @Test func `about its clock beyond all years is refused`() throws {
        try isRefused(as: .malformed(.argument), reply: { bytes in set(15, to: 0xFF, in: bytes, of: 2) })
    }

    @Test func `about what it answers is refused`() throws {
        try isRefused(as: .usb(.timedOut(moved: 0)), reply: { bytes in set(2, to: bytes[2] &+ 1, in: bytes, of: 1) })
        try isRefused(as: .malformed(.unknown), reply: { bytes in set(1, to: 2, in: bytes, of: 7) })
    }

    @Test func `about its length is refused`() throws {
        try isRefused(as: .malformed(.length), reply: { $0 + [0] })
        try isRefused(as: .malformed(.short), reply: { Array($0.prefix(3)) })
        try isRefused(as: .malformed(.short), reply: { _ in [] })
    }

    @Test func `with silence is refused`() throws { try isRefused(as: .usb(.timedOut(moved: 0)), reply: { _ in nil }) }

    @Test func `in its events is refused`() throws {
        try isRefused(as: .malformed(.argument), event: { bytes in set(8, to: 9, in: bytes, of: 0x81) })
        try isRefused(as: .malformed(.short), event: { _ in [] })
    }

    @Test func `that its lamp shines does not record when it says dark`() throws {
        let bench = try Bench(reply: { bytes in set(10, to: 0, in: bytes, of: 7) })
        eventually { bench.isHere }
        bench.driver.beginSession()
        #expect(throws: PodError.dark) { _ = try bench.driver.record() }
        #expect(!bench.pod.board.now.net)
    }
}

/// The message with one byte changed, where it is a message of this type.
private func set(_ place: Int, to value: UInt8, in bytes: [UInt8], of type: UInt8) -> [UInt8] {
    guard bytes.count > place, bytes[1] == type else { return bytes }
    var changed = bytes
    changed[place] = value
    return changed
}
