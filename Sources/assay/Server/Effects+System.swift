import AssayCanonical
import AssayServing
import AssayWorkflows

extension Effects {
    /// The real clock and the system's generator.
    static let system = Effects(
        nowMilliseconds: { SystemClock.microseconds() / 1_000 },
        randomBytes: { SecureRandom.bytes($0) })
}
