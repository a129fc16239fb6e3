/// One thing that a candidate must not be worse in than the version it may replace.
package struct RolloutGuard: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The share of requests answered with status 400 or more.
        case errors
        /// The share of requests that took longer than so many milliseconds.
        case latency(overMilliseconds: Int)
        /// The share of requests in which both predict the same: equal labels, and numbers that differ by `tolerance` at most.
        case agreement(tolerance: Double)
        /// The share of requests that are predicted this label.
        case outcome(label: Text)
    }

    package var kind: Kind
    /// How much more than the baseline's share is taken; how far either way for an outcome; the least share for agreement.
    package var bound: Double
    /// With which probability the guard raises no false alarm in the whole rollout, however often it is looked at.
    package var level: Double

    package init(_ kind: Kind, bound: Double, level: Double = 0.95) {
        self.kind = kind
        self.bound = bound
        self.level = level
    }

    /// As documents name it.
    package var word: String {
        switch kind {
        case .errors: "errors"
        case .latency: "latency"
        case .agreement: "agreement"
        case .outcome: "outcome"
        }
    }
}
