/// Waits that double from one second to a longest one, each shortened at random by up to a half.
///
/// The jitter keeps the stations of one clinic from coming back in step after an outage.
struct Backoff {
    let longestSeconds: Int
    private(set) var failures = 0

    init(longestSeconds: Int) { self.longestSeconds = longestSeconds }

    mutating func succeeded() { failures = 0 }

    /// The wait after one more failure, nanoseconds.
    mutating func failed() -> Int64 {
        let seconds = min(longestSeconds, 1 << min(failures, 20))
        failures += 1
        return Int64(Double(seconds) * Double.random(in: 0.5...1) * 1e9)
    }
}
