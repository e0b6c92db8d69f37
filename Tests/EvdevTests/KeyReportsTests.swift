import Testing

@testable import Evdev

/// One `struct input_event` of 64-bit Linux.
private func event(_ type: UInt16, _ code: UInt16, _ value: Int32, seconds: UInt64 = 5, micros: UInt64 = 250) -> [UInt8]
{
    func bytes(_ word: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
    return bytes(seconds, 8) + bytes(micros, 8) + bytes(UInt64(type), 2) + bytes(UInt64(code), 2)
        + bytes(UInt64(UInt32(bitPattern: value)), 4)
}

private let report = event(0, 0, 0)
private let dropped = event(0, 3, 0)

@Suite struct `What an input device sends` {
    @Test func `becomes edges with the kernel's time`() {
        var reports = KeyReports()
        let edges = reports.read(event(1, 212, 1) + report + event(1, 212, 0, seconds: 6, micros: 0) + report)
        #expect(
            edges == [
                KeyEdge(key: 212, isDown: true, at: 5_000_250_000), KeyEdge(key: 212, isDown: false, at: 6_000_000_000),
            ])
    }

    @Test func `says nothing by repetitions, other events and a cut end`() {
        var reports = KeyReports()
        #expect(reports.read(event(1, 30, 2) + event(4, 4, 30) + event(2, 0, 1) + event(1, 30, -1)).isEmpty)
        #expect(reports.read(Array(event(1, 30, 1).dropLast())).isEmpty)
        #expect(reports.read([]).isEmpty)
    }

    @Test func `is not believed from a loss to the end of its report`() {
        var reports = KeyReports()
        #expect(reports.read(dropped + event(1, 30, 1)).isEmpty)
        #expect(reports.read(event(1, 31, 1) + report + event(1, 32, 1)).map(\.key) == [32])
        #expect(reports.losses == 1)
    }

    @Test(
        arguments: [
            (UInt64.max, UInt64(0)), (1 << 62, 0), (9_223_372_036, 999_999), (1, 1_000_000), (1, .max),
        ] as [(UInt64, UInt64)])
    func `has no time that no clock shows`(seconds: UInt64, micros: UInt64) {
        var reports = KeyReports()
        #expect(reports.read(event(1, 30, 1, seconds: seconds, micros: micros)).isEmpty)
    }
}

@Suite struct `An input device of this machine` {
    @Test func `finds nothing at a port that is none`() {
        #expect(InputNode.all(at: "no such port").isEmpty)
    }

    @Test func `refuses a node that is no input device`() {
        #expect(throws: InputError.self) { _ = try InputDevice(path: "/dev/null", port: "") }
    }
}
