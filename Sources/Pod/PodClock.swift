/// Maps the pod's clock to CLOCK_MONOTONIC, with a bound that holds whatever the line delays.
///
/// In each exchange the pod read its clock after the request left and before the reply was here. So the difference of both
/// clocks lies between two numbers, and every exchange narrows what the others leave; away from an exchange its numbers
/// widen by what two clocks can drift apart.
package struct PodClock: Sendable {
    /// One reading of the pod's clock between two of the host's, nanoseconds.
    struct Sample: Sendable {
        let pod: Int64
        let before: Int64
        let after: Int64

        init(_ time: PodMicros, before: Int64, after: Int64) {
            (pod, self.before, self.after) = (time.nanoseconds, before, after)
        }

        /// Host minus pod at another time of the pod's clock. The pod's reading is up to a microsecond old.
        func difference(at other: Int64) -> ClosedRange<Int64> {
            let drift = abs(other - pod) / 1_000_000 * PodClock.drift + PodClock.drift
            return before - pod - 1000 - drift...max(after - pod, before - pod) + drift
        }
    }

    /// Parts in a million: the crystals' 50 each, and 500 by which the kernel may slew CLOCK_MONOTONIC (adjtimex(2)).
    static let drift: Int64 = 600
    private static let most = 8

    private var samples: [Sample] = []

    /// - Throws: `clock` where no clock of the right speed can have given this reading and the others.
    mutating func add(_ sample: Sample) throws(PodError) {
        guard sample.after >= sample.before else { throw .clock }
        let mine = sample.difference(at: sample.pod)
        if let range = try difference(at: sample.pod), !range.overlaps(mine) { throw .clock }
        // From now on both widen alike: what says no more than this reading never will.
        samples.removeAll { old in
            let range = old.difference(at: sample.pod)
            return range.lowerBound <= mine.lowerBound && range.upperBound >= mine.upperBound
        }
        samples.append(sample)
        if samples.count > Self.most { samples.removeFirst() }
    }

    /// When an edge of the pod's clock was on CLOCK_MONOTONIC (nanoseconds), and by how much that may be wrong either way.
    ///
    /// - Throws: `clock` before the first reading, and where the readings contradict each other at that time.
    package func monotonic(_ time: PodMicros) throws(PodError) -> (at: Int64, uncertainty: Duration) {
        guard let range = try difference(at: time.nanoseconds) else { throw .clock }
        // The edge is up to a microsecond after the number that the pod gave it.
        let (low, high) = (time.nanoseconds + range.lowerBound, time.nanoseconds + range.upperBound + 1000)
        return (low + (high - low) / 2, .nanoseconds((high - low + 1) / 2))
    }

    private func difference(at time: Int64) throws(PodError) -> ClosedRange<Int64>? {
        guard var range = samples.first?.difference(at: time) else { return nil }
        for sample in samples.dropFirst() {
            let other = sample.difference(at: time)
            guard range.overlaps(other) else { throw .clock }
            range = range.clamped(to: other)
        }
        return range
    }
}
