/// One thing that a candidate must not be worse in than the version it may replace.
package struct RolloutGuard: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The share of requests answered with status 400 or more; in a batch, of data sets that could not be scored.
        case errors
        /// The share of requests that took longer than so many milliseconds; in a batch, of data sets of which one part took longer.
        case latency(overMilliseconds: Int)
        /// The share of requests in which both predict the same: equal labels, and numbers that differ by `tolerance` at most.
        case agreement(tolerance: Double)
        /// The share of requests that are predicted this label.
        case outcome(label: Text)
        /// The share of labelled requests that were predicted wrongly: another label, or a number further away than `tolerance`.
        case mistakes(tolerance: Double)
    }

    package var kind: Kind
    /// How much more than the baseline's share is taken; how far either way for an outcome; the least share for agreement. `nil` where the
    /// candidate is held to ``maximum`` alone.
    package var bound: Double?
    /// The largest share that is taken of the candidate, whatever the baseline's is. It is all that can be judged where no baseline is
    /// asked, and never `nil` beside a ``bound`` of `nil`.
    package var maximum: Double?
    /// With which probability the guard raises no false alarm in the whole rollout, however often it is looked at.
    package var level: Double

    /// - Precondition: a bound, a maximum, or both.
    package init(_ kind: Kind, bound: Double?, maximum: Double? = nil, level: Double = 0.95) {
        precondition(bound != nil || maximum != nil, "a guard without a bound guards nothing")
        self.kind = kind
        self.bound = bound
        self.maximum = maximum
        self.level = level
    }

    /// Whether its bound compares the candidate with what the baseline answered others.
    package var isRelative: Bool {
        if case .agreement = kind { false } else { bound != nil }
    }

    /// As documents name it.
    package var word: String {
        switch kind {
        case .errors: "errors"
        case .latency: "latency"
        case .agreement: "agreement"
        case .outcome: "outcome"
        case .mistakes: "mistakes"
        }
    }
}
