package import AssayTerms

/// The slices of a table in which a rate falls short of the rest of the rows, after a correction for having looked at all of them.
package enum WeakSlices {
    package struct Slice: Hashable, Sendable {
        /// Its place in the list that was searched.
        package var index: Int
        /// The slice's rate minus that of the rows outside.
        package var difference: Double
        package var interval: Interval
    }

    /// Slices whose whole score interval of the difference lies below 0, the one with the lowest upper end first.
    ///
    /// Every slice with at least `minimumRows` rows inside and outside is looked at once, and each interval has level
    /// `1 − 0.05 / searched` (Bonferroni), so that with probability 0.95 no slice is named that is as good as the rest, however
    /// many were searched and however they overlap. `searched` is 0 where no slice has enough rows.
    ///
    /// - Source: score intervals of Miettinen and Nurminen (1985); the slices as in Chung, Y. et al. (2019). Slice Finder:
    ///   automated data slicing for model validation. ICDE 2019, with familywise error in place of its α-investing.
    package static func find(
        _ slices: [Proportion], among whole: [Proportion], minimumRows: Int
    ) -> (weak: [Slice], searched: Int) {
        precondition(slices.count == whole.count, "each slice needs the rows it is cut from")
        var pairs: [(index: Int, slice: Arm, rest: Arm)] = []
        for index in slices.indices {
            let trials = whole[index].trials - slices[index].trials
            guard slices[index].trials >= Double(minimumRows), trials >= Double(minimumRows) else { continue }
            pairs.append(
                (
                    index, Arm(successes: slices[index].successes, trials: slices[index].trials),
                    Arm(successes: whole[index].successes - slices[index].successes, trials: trials)
                ))
        }
        guard !pairs.isEmpty else { return ([], 0) }
        let critical = NormalDistribution.upperQuantile(tail: 0.025 / Double(pairs.count))
        let weak = pairs.compactMap { pair -> Slice? in
            guard pair.slice.rate < pair.rest.rate else { return nil }
            let (low, high) = DifferenceScore.interval(pair.slice, pair.rest, critical: critical)
            guard high < 0 else { return nil }
            return Slice(
                index: pair.index, difference: pair.slice.rate - pair.rest.rate,
                interval: Interval(low: low, high: high, level: 0.95, method: "score-bonferroni"))
        }
        return (weak.sorted { ($0.interval.high, $0.index) < ($1.interval.high, $1.index) }, pairs.count)
    }
}
