package import AssayTerms

/// Successes among trials, counted in rows or summed in weights: the state behind every rate.
package struct Proportion: Hashable, Sendable {
    package var successes: Double
    package var trials: Double
    /// Whether the two are sums of weights rather than counts of rows.
    package var isWeighted: Bool

    package init(successes: Double, trials: Double, isWeighted: Bool = false) {
        self.successes = successes
        self.trials = trials
        self.isWeighted = isWeighted
    }

    package init(successes: Int, trials: Int) {
        self.init(successes: Double(successes), trials: Double(trials))
    }

    /// `successes / trials`, or `nil` without trials.
    package var value: Double? { trials > 0 ? successes / trials : nil }

    /// Wilson's interval of the rate; `nil` without trials and for weighted sums, whose variance the counts do not
    /// tell.
    package var interval: Interval? {
        guard !isWeighted, trials > 0 else { return nil }
        return WilsonInterval.interval(successes: successes, trials: trials)
    }
}
