/// One change of one key.
package struct KeyEdge: Sendable, Equatable {
    /// The kernel's number of the key (linux/input-event-codes.h).
    package let key: UInt16
    package let isDown: Bool
    /// Nanoseconds of CLOCK_MONOTONIC, by the kernel.
    package let at: Int64

    package init(key: UInt16, isDown: Bool, at: Int64) { (self.key, self.isDown, self.at) = (key, isDown, at) }
}

/// Reads what an event device sends: `struct input_event` of 64-bit Linux, little-endian: seconds (8 bytes),
/// microseconds (8), type (2), code (2), value (4).
package struct KeyReports: Sendable {
    package static let eventBytes = 24
    /// How often the kernel had dropped events, because nobody read them in time.
    package private(set) var losses = 0
    /// Events between a loss and the end of its report tell nothing that can be relied on.
    private var isLost = false

    package init() {}

    /// The edges of keys, in their order. Repetitions of a held key, other events, and a cut event at the end are passed over.
    package mutating func read(_ bytes: [UInt8]) -> [KeyEdge] {
        var edges: [KeyEdge] = []
        for start in stride(from: 0, through: bytes.count - Self.eventBytes, by: Self.eventBytes) {
            func word(_ offset: Int, _ count: Int) -> UInt64 {
                (0..<count).reduce(0) { $0 | UInt64(bytes[start + offset + $1]) << UInt64(8 * $1) }
            }
            let (type, code, value) = (word(16, 2), word(18, 2), word(20, 4))
            switch (type, code) {
            case (Self.synchronisation, Self.dropped):
                isLost = true
                losses += 1
            case (Self.synchronisation, Self.report): isLost = false
            case (Self.key, _) where !isLost && value <= 1:
                guard let at = Self.nanoseconds(word(0, 8), word(8, 8)) else { continue }
                edges.append(KeyEdge(key: UInt16(code), isDown: value == 1, at: at))
            default: continue
            }
        }
        return edges
    }

    /// Nil for a time that no clock shows.
    private static func nanoseconds(_ seconds: UInt64, _ microseconds: UInt64) -> Int64? {
        guard let seconds = Int64(exactly: seconds), microseconds < 1_000_000 else { return nil }
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (time, more) = whole.addingReportingOverflow(Int64(microseconds) * 1000)
        return overflow || more ? nil : time
    }

    // linux/input-event-codes.h: EV_SYN with SYN_REPORT and SYN_DROPPED, EV_KEY.
    private static let synchronisation: UInt64 = 0
    private static let report: UInt64 = 0
    private static let dropped: UInt64 = 3
    private static let key: UInt64 = 1
}
