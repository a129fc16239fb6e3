/// Local Law 144's scoring rate: the share of a group's scores above the median of all.
package enum ScoringRates {
    /// By group, in the order given. The median is the mean of the middle two; a score equal to it is not above.
    ///
    /// - Source: Rules of the City of New York, title 6, § 5-300, "scoring rate". O(rows · log rows).
    package static func above(_ groups: [ScoreState]) -> [Proportion] {
        let isWeighted = groups.contains(where: \.isWeighted)
        let scores = groups.map(\.allScores)
        guard let median = WeightedMedian.value(scores.flatMap { $0 }, isWeighted: isWeighted) else {
            return groups.map { _ in Proportion(successes: 0, trials: 0) }
        }
        return scores.map { entries in
            var above = 0.0
            var total = 0.0
            for entry in entries {
                total += entry.weight
                if entry.score > median { above += entry.weight }
            }
            return Proportion(successes: above, trials: total, isWeighted: isWeighted)
        }
    }
}
