import Linux
import Synchronization

/// Feeds the service manager's watchdog, at most twice an interval however often it is asked.
///
/// A class because the loop and libcurl's progress callback both beat.
final class Heartbeat: Sendable {
    private let lastBeat = Atomic<Int64>(0)
    private let isWatched: Bool
    /// Half the watchdog's time; 10 s where there is none.
    let intervalMilliseconds: Int64

    init() {
        let microseconds = environment("WATCHDOG_USEC").flatMap { Int64($0) }
        isWatched = microseconds != nil
        intervalMilliseconds = max(1, (microseconds ?? 20_000_000) / 2000)
    }

    func beat() {
        let now = Clock.boottime()
        guard isWatched, now - lastBeat.load(ordering: .relaxed) >= intervalMilliseconds * 500_000 else { return }
        lastBeat.store(now, ordering: .relaxed)
        notifyServiceManager("WATCHDOG=1")
    }
}
