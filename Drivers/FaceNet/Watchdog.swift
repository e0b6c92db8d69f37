import COpenVINO

/// The process's one alarm: ends it with one line when it is held for too long.
package enum Watchdog {
    package static func arm(milliseconds: Int32) { set(milliseconds) }

    package static func disarm() { set(0) }

    private static func set(_ milliseconds: Int32) {
        // It cannot fail with these arguments; a process without its alarm must not go on.
        precondition(obscura_watchdog(milliseconds) == 0, "setitimer")
    }
}
