package import AssayTerms

/// Two chances compared while events of both keep coming, as those of a new version and of the one it may replace.
///
/// Definition: each chance has an interval that holds at all times with probability 1 − α/2 (``SequentialProportion``); together they hold with
/// 1 − α, and so does the difference between their ends. Nothing is assumed about which events come when, nor about how many of each.
///
/// - Source: Bonferroni's inequality over ``SequentialProportion``.
package struct SequentialComparison: Hashable, Sendable {
    /// What can be said at this moment.
    package enum Verdict: String, Sendable {
        /// The new chance is more than the margin above the old one.
        case worse
        /// It is at most the margin above it.
        case notWorse = "not-worse"
        case undecided
    }

    package var old: SequentialProportion
    package var new: SequentialProportion

    package init(old: SequentialProportion = .init(), new: SequentialProportion = .init()) {
        self.old = old
        self.new = new
    }

    /// Of `new − old`.
    package func interval(level: Double = 0.95) -> Interval {
        let each = 1 - (1 - level) / 2
        let (old, new) = (old.interval(level: each), new.interval(level: each))
        return Interval(low: new.low - old.high, high: new.high - old.low, level: level, method: "beta-mixture confidence sequences")
    }

    /// Of an event that nobody wants, an error say. Whoever acts on the first verdict that is one is wrong with probability 1 − level at most.
    ///
    /// - Parameter margin: how much more of it is taken, from 0 up. With 0, equal chances are never found to be `notWorse`.
    package func verdict(margin: Double, level: Double = 0.95) -> Verdict {
        precondition(margin >= 0 && margin <= 1, "a margin lies in 0...1")
        let interval = interval(level: level)
        return interval.low > margin ? .worse : interval.high <= margin ? .notWorse : .undecided
    }
}
