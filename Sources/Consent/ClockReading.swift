/// One look at the clocks, all in seconds.
package struct ClockReading: Sendable, Equatable {
    /// CLOCK_REALTIME since 1970.
    package let realtime: Int64
    /// CLOCK_BOOTTIME.
    package let boottime: Int64
    /// The newest of last journal record, list and policy `iat`, receipt time, since 1970.
    package let floor: Int64

    package init(realtime: Int64, boottime: Int64, floor: Int64) {
        self.realtime = realtime
        self.boottime = boottime
        self.floor = floor
    }

    /// Whether the clock went back. The floor's times come from several machines, so they may differ by the skew.
    package var isBelowFloor: Bool { realtime + ConsentToken.skew < floor }

    func checkFloor() throws(ConsentError) {
        if isBelowFloor { throw .clockBelowFloor(realtime, floor: floor) }
    }

    /// Refuses a clock that was set, against the reading at which the session opened.
    func checkDrift(since start: ClockReading) throws(ConsentError) {
        let drift = (realtime - start.realtime) - (boottime - start.boottime)
        guard drift.magnitude < 60 else { throw .clockDrift(drift) }
    }
}
