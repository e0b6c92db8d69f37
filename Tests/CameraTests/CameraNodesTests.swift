import Linux
import Synchronization
import Testing

@testable import Camera

@Suite struct `Waiting for a camera's nodes` {
    private func seconds(_ number: Int64) -> Int64 { Clock.monotonic() + number * 1_000_000_000 }

    @Test func `ends at once where they are there, even after the time`() {
        var looks = 0
        CameraNodes.wait(until: .min, { false }) {
            looks += 1
            return true
        }
        #expect(looks == 1)
    }

    @Test func `ends at its time where they do not come, after at least one look`() {
        let end = Clock.monotonic() + 100_000_000
        var looks = 0
        CameraNodes.wait(until: end, { false }) {
            looks += 1
            return false
        }
        #expect(looks >= 1 && Clock.monotonic() >= end)
    }

    @Test func `ends where it is given up`() {
        let end = seconds(60)
        var looks = 0
        CameraNodes.wait(until: end, { looks > 0 }) {
            looks += 1
            return false
        }
        #expect(Clock.monotonic() < end)
    }

    @Test func `does not take the first of several nodes for all`() {
        // Whole by mistake for one look, as where a depth node is taken for the colour node before that comes.
        var answers = [false, true, false, false, true, true, true, true]
        CameraNodes.wait(until: seconds(60), { answers.count == 1 }) { answers.removeFirst() }
        #expect(answers.count < 4)
    }
}
