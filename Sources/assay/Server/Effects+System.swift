import AssayCanonical
import AssayWorkflows
import Glibc

extension Effects {
    /// The real clock and the system's generator.
    static let system = Effects(
        nowMilliseconds: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
        },
        randomBytes: { SecureRandom.bytes($0) })
}
