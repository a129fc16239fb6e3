import Glibc

/// The system's clocks, read in one place: which module `timespec` is said to come from differs between builds for debugging and for release once
/// another module of the program shows it too.
package enum SystemClock {
    /// Seconds of a clock that only goes forward; its zero means nothing.
    package static func seconds() -> Double {
        let time = read(CLOCK_MONOTONIC)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Microseconds since 1970, UTC, by the clock that people set.
    package static func microseconds() -> Int64 {
        let time = read(CLOCK_REALTIME)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
