/// The time that journal records carry: the clock's, until it leaps ahead of the time since boot.
///
/// The newest record is a floor below which no session opens, so a clock that somebody set to tomorrow would close the
/// station for a day after it is right again. What the clinic signed later than expected proves a leap right.
struct JournalTime: Sendable {
    /// The last reading that was believed, seconds.
    private var realtime: Int64
    private var boottime: Int64

    /// Seconds by which a clock may be corrected without doubt.
    private static let leap: Int64 = 60

    init(realtime: Int64, boottime: Int64) {
        self.realtime = realtime
        self.boottime = boottime
    }

    /// Seconds since 1970 for a record that is written now.
    ///
    /// - Parameter signed: the newest time in anything that the clinic signed.
    mutating func stamp(realtime now: Int64, boottime: Int64, signed: Int64) -> Int64 {
        let expected = realtime + (boottime - self.boottime)
        if now >= expected + Self.leap, signed < expected + Self.leap { return expected }
        // A clock that was set back is written down as it is and believed no more than that.
        if now > expected - Self.leap { (realtime, self.boottime) = (now, boottime) }
        return now
    }
}
