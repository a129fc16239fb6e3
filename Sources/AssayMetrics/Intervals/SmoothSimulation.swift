import AssayTerms

/// How often the intervals of `SimultaneousEstimates` hold the truth, by seeded simulation of rows whose true measure is known.
/// The code path of `scripts/simulate` and of a small test; it is no part of any result.
package struct SmoothSimulation: Sendable {
    /// What is measured, on what rows.
    package enum Kind: String, Sendable, CaseIterable {
        /// The mean absolute error of normal errors.
        case mae
        /// R² of normal labels with independent normal errors.
        case r2
        /// The area under the ROC curve of two normal distributions of scores, half of the rows positive.
        case rocAUC = "roc_auc"
        /// F1 where half of the rows are labelled positive and a fifth of the others are predicted so.
        case f1
    }

    private let kind: Kind
    private let rows: [Int]
    private let truths: [Double]
    private let isWeighted: Bool

    /// - Parameters:
    ///   - rows: of each group.
    ///   - truths: the true value of each.
    ///   - isWeighted: whether rows have weights from 1 to 3, independent of all else.
    package init(_ kind: Kind, rows: [Int], truths: [Double], isWeighted: Bool = false) {
        precondition(rows.count == truths.count && rows.count > 1, "a simulation needs groups with a value each")
        precondition(truths.allSatisfy { $0 > 0 && $0 < 1 }, "a true value lies between 0 and 1")
        self.kind = kind
        self.rows = rows
        self.truths = truths
        self.isWeighted = isWeighted
    }

    /// Shares of the repetitions that gave an interval.
    package struct Coverage: Sendable {
        /// Of single groups' own intervals.
        package var single: Double
        package var difference: Double
        package var ratio: Double
    }

    package func coverage(repetitions: Int, seed: UInt64) -> Coverage {
        var generator = SplitMix64(seed: seed)
        var single = (held: 0, all: 0)
        var difference = single
        var ratio = single
        let low = truths.min() ?? 0
        let high = truths.max() ?? 0
        func count(_ holds: Bool?, _ into: inout (held: Int, all: Int)) {
            guard let holds else { return }
            into.all += 1
            if holds { into.held += 1 }
        }
        for _ in 0..<repetitions {
            let estimates = zip(rows, truths).map { estimate(rows: $0, truth: $1, &generator) }
            for (estimate, truth) in zip(estimates, truths) { count(estimate.interval?.holds(truth), &single) }
            let pairs = SimultaneousEstimates([estimates], seed: generator.next())
            count(pairs?.differenceInterval(greatest: nil)?.holds(high - low), &difference)
            count(pairs?.ratioInterval()?.holds(low / high), &ratio)
        }
        func share(_ counts: (held: Int, all: Int)) -> Double { Double(counts.held) / Double(max(1, counts.all)) }
        return Coverage(single: share(single), difference: share(difference), ratio: share(ratio))
    }

    private func estimate(rows: Int, truth: Double, _ generator: inout SplitMix64) -> Estimate {
        switch kind {
        case .mae, .r2:
            // E|N| = √(2/π).
            let deviation = kind == .mae ? truth / (2 / Double.pi).squareRoot() : (1 - truth).squareRoot()
            var labels: [Double] = []
            var predictions: [Double] = []
            var weights: [Double] = []
            for _ in 0..<rows {
                let label = NormalDistribution.draw(&generator)
                labels.append(label)
                predictions.append(label - deviation * NormalDistribution.draw(&generator))
                weights.append(1 + 2 * generator.nextUnit())
            }
            let state = RegressionState(
                labels: labels.span, predictions: predictions.span, weights: isWeighted ? weights : nil)
            return kind == .mae ? RegressionMeasures.meanAbsoluteError(state) : RegressionMeasures.r2(state)
        case .rocAUC:
            let distance = Self.normalQuantile(truth) * 2.0.squareRoot()
            var positives: [Double] = []
            var negatives: [Double] = []
            for row in 0..<rows {
                let score = NormalDistribution.draw(&generator)
                if row % 2 == 0 { positives.append(score + distance) } else { negatives.append(score) }
            }
            guard isWeighted else { return RankedScores.area(positives: positives, negatives: negatives) }
            func weighted(_ scores: [Double]) -> [WeightedScore] {
                scores.map { WeightedScore(score: $0, weight: 1 + 2 * generator.nextUnit()) }
            }
            return RankedScores.weightedArea(positives: weighted(positives), negatives: weighted(negatives))
        case .f1:
            // With prevalence ½ and false positive rate 0.2, F1 = 2 t / (t + 1.2).
            let recall = min(1, 1.2 * truth / (2 - truth))
            var cells = [0, 0, 0, 0]
            var labels: [UInt8] = []
            var predictions: [UInt8] = []
            var weights: [Double] = []
            for _ in 0..<rows {
                let isPositive = generator.nextUnit() < 0.5
                let isPredicted = generator.nextUnit() < (isPositive ? recall : 0.2)
                cells[(isPositive ? 2 : 0) + (isPredicted ? 1 : 0)] += 1
                guard isWeighted else { continue }
                labels.append(isPositive ? 1 : 0)
                predictions.append(isPredicted ? 1 : 0)
                weights.append(1 + 2 * generator.nextUnit())
            }
            if isWeighted {
                let block = OutcomeBlock(labels: labels.span, predictions: predictions.span, weights: weights)
                return ClassificationMeasures.f1(CellTable(block).confusion(group: 0))
            }
            return ClassificationMeasures.f1(
                Confusion(trueNegatives: cells[0], falsePositives: cells[1], falseNegatives: cells[2], truePositives: cells[3]))
        }
    }

    private static func normalQuantile(_ share: Double) -> Double {
        share < 0.5 ? -NormalDistribution.upperQuantile(tail: share) : NormalDistribution.upperQuantile(tail: 1 - share)
    }
}
