import Synchronization

/// Feeds the service manager's watchdog (sd_notify(3), WATCHDOG=1), at most twice an interval however often it is asked.
///
/// Only the loop that does the work may ask: a thread of its own would go on beating beside a loop that hangs.
package final class Heartbeat: Sendable {
    private let lastBeat = Atomic<Int64>(0)
    private let isWatched: Bool
    /// Half the watchdog's time; 10 s where there is none.
    package let intervalMilliseconds: Int64

    package init() {
        let microseconds = environment("WATCHDOG_USEC").flatMap { Int64($0) }
        isWatched = microseconds != nil
        intervalMilliseconds = max(1, (microseconds ?? 20_000_000) / 2000)
    }

    package func beat() {
        let now = Clock.boottime()
        guard isWatched, now - lastBeat.load(ordering: .relaxed) >= intervalMilliseconds * 500_000 else { return }
        lastBeat.store(now, ordering: .relaxed)
        notifyServiceManager("WATCHDOG=1")
    }
}
