/// When a delivery that did not arrive is tried again, and when it is given up.
package enum RetrySchedule {
    /// How often a delivery is tried at most.
    package static let attemptLimit = 10
    /// Between the end of the first attempt and the second; it doubles from there.
    static let firstMilliseconds: Int64 = 2_000
    static let longestMilliseconds: Int64 = 600_000
    /// A delivery that could not be begun within this time is given up too.
    package static let expiryMilliseconds: Int64 = 7 * 86_400_000

    /// How long to wait after attempt number `attempt`.
    ///
    /// - Parameters:
    ///   - spread: a random byte. It lengthens the wait by up to a quarter, so that many who failed together do not come
    ///     back together.
    ///   - retryAfterSeconds: what the receiver asked for; it lengthens the wait and never beyond the longest one.
    package static func wait(afterAttempt attempt: Int, spread: UInt8, retryAfterSeconds: Int64? = nil) -> Int64 {
        let doublings = min(max(attempt - 1, 0), 30)
        let wait = min(firstMilliseconds << Int64(doublings), longestMilliseconds)
        let asked = min(max(retryAfterSeconds ?? 0, 0), longestMilliseconds / 1_000) * 1_000
        return max(wait + wait * Int64(spread) / 1_024, asked)
    }
}
