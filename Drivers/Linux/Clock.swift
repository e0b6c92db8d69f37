import Glibc

/// Readings of the kernel's clocks in nanoseconds.
package enum Clock {
    /// CLOCK_MONOTONIC: never set, stops in suspend; V4L2 stamps frames with it.
    package static func monotonic() -> Int64 { read(CLOCK_MONOTONIC) }

    /// CLOCK_BOOTTIME: never set, runs on in suspend.
    package static func boottime() -> Int64 { read(CLOCK_BOOTTIME) }

    /// CLOCK_REALTIME since 1970: what a person or root can set.
    package static func realtime() -> Int64 { read(CLOCK_REALTIME) }

    /// CLOCK_PROCESS_CPUTIME_ID: processor time of all threads of this process.
    package static func processor() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
