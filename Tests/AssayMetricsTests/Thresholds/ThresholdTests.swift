import AssayMetrics
import Testing

/// What the peer gets wrong at the ends of the doubles, and what holds for every solution.
@Suite struct ThresholdTests {
    private func optimizer(_ constraint: ParityConstraint, isFlipped: Bool = false) -> ThresholdOptimizer {
        var optimizer = ThresholdOptimizer(constraint: constraint, objective: .accuracyScore)
        optimizer.isFlipped = isFlipped
        return optimizer
    }

    private func random(_ seed: UInt64, levels: Double) -> [GroupScores] {
        var draw = SplitMix64(seed: seed)
        return (0..<3).map { _ in
            func scores(_ shift: Double) -> [Double] {
                (0..<(3 + Int(draw.next() % 40))).map { _ in ((draw.nextUnit() + shift) * levels).rounded() / levels }
            }
            return GroupScores(positives: scores(0.3), negatives: scores(0))
        }
    }

    /// Half-way between two neighbouring doubles lies on one of them; the rule must still part their rows.
    @Test(arguments: [1.0, 0.1, 3.0, 1e300, Double.leastNonzeroMagnitude]) func neighboursArePartedEitherWay(lower: Double) {
        for low in [lower, lower.nextUp] {
            let group = GroupScores(positives: [low.nextUp], negatives: [low])
            let flipped = GroupScores(positives: [low], negatives: [low.nextUp])
            for constraint in ParityConstraint.allCases {
                let solution = optimizer(constraint).solve([group, group])
                #expect(solution.rules.allSatisfy { $0.confusion(group).truePositives == 1 && $0.confusion(group).trueNegatives == 1 })
                let other = optimizer(constraint, isFlipped: true).solve([flipped, flipped])
                #expect(other.rules.allSatisfy { $0.confusion(flipped).truePositives == 1 && $0.confusion(flipped).trueNegatives == 1 })
            }
            let rule = optimizer(.truePositiveRateParity).solve([group, group]).deterministic[0]
            #expect(rule.probability(low.nextUp) == 1 && rule.probability(low) == 0)
            let below = optimizer(.truePositiveRateParity, isFlipped: true).solve([flipped, flipped]).deterministic[0]
            #expect(below.probability(low) == 1 && below.probability(low.nextUp) == 0)
        }
    }

    /// The sum of the two scores is infinite, half of it is not.
    @Test func largeScoresHaveAThresholdBetweenThem() {
        let group = GroupScores(positives: [1.6e308], negatives: [1.2e308])
        let rule = optimizer(.truePositiveRateParity).solve([group, group]).deterministic[0]
        #expect(rule.operation0.threshold > 1.2e308 && rule.operation0.threshold < 1.6e308)
    }

    @Test(arguments: 0..<40) func ratesAreEqualAndCountsAddUp(seed: UInt64) {
        let groups = random(seed, levels: seed.isMultiple(of: 2) ? 8 : 1e9)
        for constraint in ParityConstraint.allCases {
            for isFlipped in [false, true] {
                let solution = optimizer(constraint, isFlipped: isFlipped).solve(groups)
                for (index, group) in groups.enumerated() {
                    let confusion = solution.rules[index].confusion(group)
                    #expect(confusion.rowCount == group.count)
                    // Products of probabilities and counts below 2⁶: a few roundings of numbers below 2⁶.
                    #expect(abs(confusion.total - Double(group.count)) < 1e-12)
                    let rate = constraint.rate.proportion(of: confusion)
                    #expect(abs(rate.successes / rate.trials - solution.rates[index]) < 1e-12)
                    if constraint == .equalizedOdds {
                        let odds = Rate.truePositiveRate.proportion(of: confusion)
                        #expect(abs(odds.successes / odds.trials - solution.objective) < 1e-12)
                    }
                    #expect(solution.deterministic[index].isDeterministic)
                }
            }
        }
    }

    @Test(arguments: 0..<20) func toleranceIsKeptAndHelps(seed: UInt64) {
        let groups = random(seed, levels: 20)
        var loose = optimizer(.demographicParity)
        let tight = loose.solve(groups)
        loose.tolerance = 0.1
        let solution = loose.solve(groups)
        let (low, high) = (solution.rates.min() ?? 0, solution.rates.max() ?? 1)
        #expect(high - low <= 0.1 && solution.objective >= tight.objective)
    }

    @Test func confusionsAreThoseOfTheRows() {
        let group = random(5, levels: 6)[0]
        for threshold in [-1, 0, 0.25, 0.5, 1, 2, .infinity, -.infinity] {
            for comparison in ThresholdOperation.Comparison.allCases {
                let operation = ThresholdOperation(comparison, threshold)
                let confusion = group.confusion(operation)
                #expect(confusion.truePositives == Double(group.positives.count(where: operation.isPositive)))
                #expect(confusion.falsePositives == Double(group.negatives.count(where: operation.isPositive)))
            }
            if threshold.isFinite {
                #expect(group.confusion(cutoff: threshold).truePositives == Double(group.positives.count { $0 >= threshold }))
            }
        }
    }
}
