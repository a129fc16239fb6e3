package import AssayMetrics
package import AssayTerms

/// What one guard says of a step at this moment.
package struct RolloutFinding: Hashable, Sendable {
    package var watched: RolloutGuard
    /// What is judged: the guard's bound, or its maximum.
    package var bound: Double
    package var verdict: SequentialComparison.Verdict
    /// Of the difference between candidate and baseline; of the share itself for agreement and for a maximum. It holds at all times of the step.
    package var interval: Interval
    package var candidate: SequentialProportion
    /// `nil` for agreement and for a maximum.
    package var baseline: SequentialProportion?

    /// `worse`, `not-worse`, `undecided`.
    package var verdictWord: String { verdict.rawValue }

    /// `errors: 0.05 (5 of 100) against 0.01 (1 of 100); the difference lies between -0.1 and 0.2; it is undecided whether it is above 0.02`
    package var text: String {
        let bound = Self.number(self.bound)
        let ends = "\(Self.number(interval.low)) and \(Self.number(interval.high))"
        let words =
            switch (watched.kind, verdict) {
            case (.agreement, .worse): "it is below \(bound)"
            case (.agreement, .notWorse): "it is at least \(bound)"
            case (.agreement, .undecided): "whether it is at least \(bound) is undecided"
            case (.outcome, .worse) where baseline != nil: "it is further away than \(bound)"
            case (.outcome, .notWorse) where baseline != nil: "it is no further away than \(bound)"
            case (.outcome, .undecided) where baseline != nil: "whether it is within \(bound) is undecided"
            case (_, .worse): "it is more than \(bound)"
            case (_, .notWorse): "it is at most \(bound)"
            case (_, .undecided): "whether it is at most \(bound) is undecided"
            }
        let what =
            switch watched.kind {
            case .errors: "errors"
            case .latency(let milliseconds): "requests over \(milliseconds) ms"
            case .agreement: "agreement"
            case .outcome(let label): "predictions of '\(label)'"
            case .mistakes: "mistakes"
            }
        guard let baseline else { return "\(what): \(Self.share(candidate)); it lies between \(ends); \(words)" }
        return "\(what): \(Self.share(candidate)) against \(Self.share(baseline)); the difference lies between \(ends); \(words)"
    }

    private static func share(_ proportion: SequentialProportion) -> String {
        let counts = "\(proportion.successes) of \(proportion.trials)"
        return proportion.rate.map { "\(number($0)) (\(counts))" } ?? counts
    }

    /// Four digits after the point, for people.
    static func number(_ value: Double) -> String {
        let rounded = (value * 10_000).rounded() / 10_000
        return rounded == 0 ? "0" : rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
