import Testing

@testable import obscura_capture

@Suite struct `The time of a journal record` {
    private let start: Int64 = 1_795_248_000

    @Test func `is the clock's, with its small corrections`() {
        var time = JournalTime(realtime: start, boottime: 10)
        for (real, boot) in [(5, 15), (64, 70), (170, 130), (165, 135)] as [(Int64, Int64)] {
            #expect(time.stamp(realtime: start + real, boottime: boot, signed: 0) == start + real)
        }
    }

    @Test func `goes on from before when the clock leaps a day ahead, and is the clock's again after it is right`() {
        var time = JournalTime(realtime: start, boottime: 10)
        #expect(time.stamp(realtime: start + 86_405, boottime: 15, signed: start) == start + 5)
        #expect(time.stamp(realtime: start + 86_500, boottime: 110, signed: start) == start + 100)
        #expect(time.stamp(realtime: start + 121, boottime: 130, signed: start) == start + 121)
    }

    @Test func `believes a leap that the clinic's signature proves`() {
        var time = JournalTime(realtime: start, boottime: 10)
        #expect(time.stamp(realtime: start + 86_405, boottime: 15, signed: start + 86_000) == start + 86_405)
        #expect(time.stamp(realtime: start + 86_410, boottime: 20, signed: 0) == start + 86_410)
    }

    @Test func `follows no clock that was set back`() {
        var time = JournalTime(realtime: start, boottime: 10)
        #expect(time.stamp(realtime: start - 86_400, boottime: 10, signed: start) == start - 86_400)
        #expect(time.stamp(realtime: start + 5, boottime: 15, signed: start) == start + 5)
    }
}
