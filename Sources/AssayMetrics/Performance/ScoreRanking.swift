/// Scores of both classes from the highest down, by distinct score: what ROC, precision-recall and gain curves are drawn
/// from.
package struct ScoreRanking: Sendable {
    /// What is reached when every row scoring at least `score` counts as positive.
    package struct Step: Hashable, Sendable {
        package var score: Double
        package var truePositives: Double
        package var falsePositives: Double
    }

    /// By falling score; the last one holds all rows.
    package let steps: [Step]

    package var positives: Double { steps.last?.truePositives ?? 0 }
    package var negatives: Double { steps.last?.falsePositives ?? 0 }

    /// - Precondition: both ascend by score and hold no NaN.
    init(positives: [WeightedScore], negatives: [WeightedScore]) {
        var steps: [Step] = []
        var right = 0.0
        var wrong = 0.0
        var positive = positives.count
        var negative = negatives.count
        while positive > 0 || negative > 0 {
            let score = max(
                positive > 0 ? positives[positive - 1].score : -.infinity,
                negative > 0 ? negatives[negative - 1].score : -.infinity)
            while positive > 0, positives[positive - 1].score == score {
                positive -= 1
                right += positives[positive].weight
            }
            while negative > 0, negatives[negative - 1].score == score {
                negative -= 1
                wrong += negatives[negative].weight
            }
            steps.append(Step(score: score, truePositives: right, falsePositives: wrong))
        }
        self.steps = steps
    }

    /// `Σ (Rᵢ − Rᵢ₋₁) Pᵢ` over thresholds; `nil` without positives.
    var averagePrecision: Double? {
        guard positives > 0 else { return nil }
        var sum = 0.0
        var before = 0.0
        for step in steps where step.truePositives > before {
            sum += (step.truePositives - before) * step.truePositives / (step.truePositives + step.falsePositives)
            before = step.truePositives
        }
        return sum / positives
    }

    /// The largest distance of the two classes' distribution functions; `nil` without rows of either class.
    var kolmogorovSmirnov: Double? {
        guard positives > 0, negatives > 0 else { return nil }
        var largest = 0.0
        for step in steps {
            largest = max(largest, abs(step.truePositives / positives - step.falsePositives / negatives))
        }
        return largest
    }

    /// The share of all positives among the top `share` of the rows by score; rows that tie at the cut count in
    /// proportion, so that no order of rows matters. `nil` without positives.
    package func gain(at share: Double) -> Double? {
        guard positives > 0 else { return nil }
        let wanted = share * (positives + negatives)
        var before = Step(score: .infinity, truePositives: 0, falsePositives: 0)
        for step in steps {
            let reached = step.truePositives + step.falsePositives
            guard reached < wanted else {
                let earlier = before.truePositives + before.falsePositives
                let part = reached > earlier ? (wanted - earlier) / (reached - earlier) : 0
                return (before.truePositives + part * (step.truePositives - before.truePositives)) / positives
            }
            before = step
        }
        return 1
    }
}
