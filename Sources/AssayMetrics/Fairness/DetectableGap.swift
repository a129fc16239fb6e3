/// How large a gap of rates between groups must be for the rows at hand to show it.
package enum DetectableGap {
    /// The gap between the two smallest groups that a two-sided test at 5 %, corrected for all pairs of groups, finds with
    /// probability 0.8 around the pooled rate: `(z₁ + z₂) √(p (1 − p) (1/n₁ + 1/n₂))`, at most 1. All other pairs show
    /// smaller gaps. Undefined with fewer than two groups, for weights, and where the pooled rate is 0 or 1.
    ///
    /// - Source: Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and Proportions, 3rd edition,
    ///   section 4.2, with the pooled rate on both sides.
    package static func largest(_ rates: [Proportion]) -> Estimate {
        let present = rates.filter { $0.trials > 0 }
        guard present.count > 1 else { return Estimate(undefined: "fewer than two groups have rows") }
        guard present.allSatisfy({ !$0.isWeighted }) else {
            return Estimate(undefined: "the sums of weights do not tell how much the rows show")
        }
        let sizes = present.map(\.trials).sorted()
        return gap(rate(present), sizes[0], sizes[1], pairs: present.count * (present.count - 1) / 2)
            .map { Estimate($0) } ?? Estimate(undefined: "the rate is 0 or 1 in all groups")
    }

    /// By group, that between it and all other groups together.
    package static func toRest(_ rates: [Proportion]) -> [Double?] {
        let present = rates.filter { $0.trials > 0 }
        let total = present.reduce(0) { $0 + $1.trials }
        return rates.map { own in
            guard !own.isWeighted, own.trials > 0, total > own.trials else { return nil }
            return gap(rate(present), own.trials, total - own.trials, pairs: present.count)
        }
    }

    private static func rate(_ rates: [Proportion]) -> Double {
        rates.reduce(0) { $0 + $1.successes } / rates.reduce(0) { $0 + $1.trials }
    }

    private static func gap(_ rate: Double, _ first: Double, _ second: Double, pairs: Int) -> Double? {
        guard rate > 0, rate < 1 else { return nil }
        let z = NormalDistribution.upperQuantile(tail: 0.025 / Double(pairs)) + NormalDistribution.upperQuantile(tail: 0.2)
        return min(1, z * (rate * (1 - rate) * (1 / first + 1 / second)).squareRoot())
    }
}
