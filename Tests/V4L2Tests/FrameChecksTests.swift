import Testing

@testable import V4L2

private let monotonic: UInt32 = 0x2000
private let startOfExposure: UInt32 = 0x10000
private let error: UInt32 = 0x40

/// Four buffers of 100 bytes.
private func checks(exact: UInt32? = nil) -> FrameChecks { FrameChecks(lengths: [100, 100, 100, 100], exact: exact) }

private func buffer(
    index: UInt32 = 0, bytesUsed: UInt32 = 50, flags: UInt32 = monotonic, sequence: UInt32 = 7, timestamp: Int64 = 1000
) -> DequeuedBuffer {
    DequeuedBuffer(index: index, bytesUsed: bytesUsed, flags: flags, sequence: sequence, timestamp: timestamp)
}

@Suite struct `A dequeued buffer` {
    @Test(
        arguments: [
            (buffer(index: 4), .index(4)), (buffer(index: .max), .index(.max)),
            (buffer(bytesUsed: 101), .length(101, allowed: 100)),
            (buffer(bytesUsed: .max), .length(.max, allowed: 100)),
            (buffer(bytesUsed: 0), .length(0, allowed: 100)),
            // No clock named, CLOCK_REALTIME's copy, and all bits.
            (buffer(flags: 0), .timestamp(1000)), (buffer(flags: 0x4000), .timestamp(1000)),
            (buffer(flags: 0xe000), .timestamp(1000)),
            (buffer(timestamp: 2001), .timestamp(2001)), (buffer(timestamp: .max), .timestamp(.max)),
            (buffer(timestamp: 0), .timestamp(0)), (buffer(timestamp: -1), .timestamp(-1)),
            (buffer(timestamp: .min), .timestamp(.min)),
        ] as [(DequeuedBuffer, ImplausibleFrame)])
    func `that cannot be is refused by name`(buffer: DequeuedBuffer, fault: ImplausibleFrame) {
        var checks = checks()
        #expect(throws: fault) { try checks.check(buffer, now: 2000) }
    }

    @Test func `is usable up to its whole length and to this very moment`() throws {
        for (index, length) in [(UInt32(0), UInt32(1)), (3, 100)] {
            var checks = checks()
            #expect(try checks.check(buffer(index: index, bytesUsed: length, timestamp: 2000), now: 2000) == .usable)
        }
    }

    @Test(arguments: [49, 51, 0] as [UInt32])
    func `of raw pixels has exactly the format's bytes`(length: UInt32) throws {
        var strict = checks(exact: 50)
        #expect(throws: ImplausibleFrame.length(length, allowed: 50)) {
            try strict.check(buffer(bytesUsed: length), now: 2000)
        }
        var fitting = checks(exact: 50)
        #expect(try fitting.check(buffer(), now: 2000) == .usable)
    }

    @Test(arguments: [7, 6, 0, 7 &+ 1 << 31, .max] as [UInt32])
    func `that repeats a number or goes back is refused, even after an idle time`(sequence: UInt32) throws {
        for idle in [false, true] {
            var checks = checks()
            _ = try checks.check(buffer(sequence: 7), now: 2000)
            if idle { checks.forgetLosses() }
            #expect(throws: ImplausibleFrame.sequence(sequence, after: 7)) {
                try checks.check(buffer(sequence: sequence, timestamp: 1500), now: 2000)
            }
        }
    }

    @Test func `may wrap its number round`() throws {
        var checks = checks()
        _ = try checks.check(buffer(sequence: .max - 1), now: 2000)
        #expect(try checks.check(buffer(sequence: 1, timestamp: 1001), now: 2000) == .usable)
        #expect(checks.lost == 2)
    }

    @Test func `that is older than the one before is refused, even after an idle time`() throws {
        for idle in [false, true] {
            var checks = checks()
            _ = try checks.check(buffer(), now: 2000)
            if idle { checks.forgetLosses() }
            #expect(throws: ImplausibleFrame.timestamp(999)) {
                try checks.check(buffer(sequence: 8, timestamp: 999), now: 2000)
            }
        }
    }

    @Test func `flagged by the driver is damaged whatever its length, and still counts`() throws {
        var checks = checks(exact: 50)
        #expect(try checks.check(buffer(bytesUsed: 0, flags: monotonic | error), now: 2000) == .damaged)
        #expect(try checks.check(buffer(sequence: 8, timestamp: 1001), now: 2000) == .usable)
        #expect(checks.lost == 0)
        #expect(throws: ImplausibleFrame.index(9)) {
            try checks.check(buffer(index: 9, flags: monotonic | error, sequence: 9), now: 2000)
        }
    }

    @Test func `that the driver gave up unfilled is damaged and nothing else`() throws {
        var checks = checks()
        _ = try checks.check(buffer(sequence: 7, timestamp: 1000), now: 2000)
        #expect(try checks.check(buffer(bytesUsed: 0, flags: error, sequence: 0, timestamp: 0), now: 2000) == .damaged)
        #expect(try checks.check(buffer(sequence: 8, timestamp: 1001), now: 2000) == .usable)
        #expect(throws: ImplausibleFrame.timestamp(0)) {
            try checks.check(buffer(sequence: 9, timestamp: 0), now: 2000)
        }
    }

    @Test func `tells how many were lost before it, but not those of an idle time`() throws {
        var checks = checks()
        _ = try checks.check(buffer(sequence: 0, timestamp: 1), now: 2000)
        _ = try checks.check(buffer(sequence: 4, timestamp: 2), now: 2000)
        _ = try checks.check(buffer(sequence: 6, timestamp: 3), now: 2000)
        #expect(checks.lost == 4)
        checks.forgetLosses()
        #expect(checks.lost == 0)
        _ = try checks.check(buffer(sequence: 9000, timestamp: 4), now: 2000)
        #expect(checks.lost == 0)
        _ = try checks.check(buffer(sequence: 9002, timestamp: 5), now: 2000)
        #expect(checks.lost == 1)
    }

    @Test func `stamped at its end began after the frame before it, at the earliest`() throws {
        var ends = checks()
        _ = try ends.check(buffer(sequence: 1, timestamp: 100), now: 2000)
        #expect(ends.began == 0)
        ends.forgetLosses()
        _ = try ends.check(buffer(sequence: 2, timestamp: 200), now: 2000)
        #expect(ends.began == 100)
        var starts = checks()
        _ = try starts.check(buffer(flags: monotonic | startOfExposure, sequence: 1, timestamp: 100), now: 2000)
        #expect(starts.began == 100)
    }
}

@Suite struct `A pixel format's name` {
    @Test func `is four characters, the first in the lowest byte`() {
        #expect(FourCC("YUYV").value == 0x5659_5559)
        #expect(FourCC("MJPG").description == "MJPG")
        #expect(FourCC(0x0141_0a42).description == "B?A?")
    }
}

@Suite struct `A driver's error` {
    @Test func `is sorted into what a technician can do`() {
        for (number, expected) in [(16, V4L2Error.taken), (19, .unplugged), (6, .unplugged)] as [(CInt, V4L2Error)] {
            #expect(V4L2Error(.init(call: "VIDIOC_DQBUF", errno: number)) == expected)
        }
        #expect(V4L2Error(.init(call: "x", errno: 5)) == .system(.init(call: "x", errno: 5)))
    }

    @Test func `says that a path is not there or not a camera`() {
        func open(_ path: String) throws -> V4L2Format {
            let device = V4L2Device(path: path, driver: "", card: "", bus: "", serial: "", usb: nil)
            return try V4L2Stream(device, format: FourCC("YUYV"), width: 4, height: 4, interval: nil).format
        }
        #expect(throws: V4L2Error.absent("/dev/no-such-camera")) { _ = try open("/dev/no-such-camera") }
        #expect(throws: V4L2Error.self) { _ = try open("/dev/null") }
    }
}
