/// Whether a service that fails is asked again: after ``limit`` failures in a row not for 1, 2, 4 … seconds, at most a minute; then one
/// request tries, and the first success closes it. Pure; the caller brings the time.
package struct CircuitBreaker: Hashable, Sendable {
    package static let limit = 5
    private static let longestMilliseconds: Int64 = 60_000

    private var failures = 0
    /// Milliseconds, until which nothing is asked.
    private var closedUntil: Int64?
    private var isTrying = false

    package init() {}

    /// Whether a request may be sent now; ``note(isFailure:at:)`` has to follow.
    ///
    /// - Returns: `nil` if it may; otherwise after how many seconds to come back.
    package mutating func begin(at now: Int64) -> Int? {
        guard let closedUntil else { return nil }
        if now < closedUntil { return Int((closedUntil - now + 999) / 1_000) }
        if isTrying { return 1 }
        isTrying = true
        return nil
    }

    package mutating func note(isFailure: Bool, at now: Int64) {
        isTrying = false
        guard isFailure else {
            failures = 0
            closedUntil = nil
            return
        }
        failures = min(failures + 1, Self.limit + 16)
        guard failures >= Self.limit else { return }
        closedUntil = now + min(Self.longestMilliseconds, 1_000 << Int64(failures - Self.limit))
    }

    /// Looks without asking: as ``begin(at:)``, and nothing changes.
    package func wait(at now: Int64) -> Int? { closedUntil.flatMap { now < $0 ? Int(($0 - now + 999) / 1_000) : nil } }
}
