import AssayTerms

/// How often the intervals of `SimultaneousPairs` hold the truth, by seeded simulation. The code path of
/// `scripts/simulate` and of a small test; it is no part of any result.
package struct IntervalSimulation: Sendable {
    package struct Coverage: Sendable {
        package var difference: Double
        package var ratio: Double
    }

    private let trials: [Int]
    private let rates: [Double]

    /// Groups with their row counts and true rates.
    package init(trials: [Int], rates: [Double]) {
        precondition(trials.count == rates.count && trials.count > 1, "a simulation needs groups with a rate each")
        precondition(trials.allSatisfy { $0 > 0 } && rates.contains { $0 > 0 }, "a simulation needs rows and a success")
        self.trials = trials
        self.rates = rates
    }

    /// - Complexity: O(`repetitions`) intervals of each kind.
    package func coverage(repetitions: Int, seed: UInt64) -> Coverage {
        let samplers = zip(trials, rates).map { BinomialSampler(trials: $0, probability: $1) }
        let lowest = rates.min() ?? 0
        let highest = rates.max() ?? 0
        var generator = SplitMix64(seed: seed)
        var covered = (difference: 0, ratio: 0)
        for _ in 0..<repetitions {
            let arms = zip(samplers, trials).map { sampler, trials in
                Arm(successes: Double(sampler.draw(&generator)), trials: Double(trials))
            }
            guard let pairs = SimultaneousPairs(families: [arms], seed: generator.next()) else { continue }
            if pairs.differenceInterval().holds(highest - lowest) { covered.difference += 1 }
            if pairs.ratioInterval().holds(lowest / highest) { covered.ratio += 1 }
        }
        return Coverage(
            difference: Double(covered.difference) / Double(repetitions),
            ratio: Double(covered.ratio) / Double(repetitions))
    }
}

extension Interval {
    /// Whether the truth lies within, a rounding error allowed.
    func holds(_ truth: Double) -> Bool { low - 1e-12 <= truth && truth <= high + 1e-12 }
}
