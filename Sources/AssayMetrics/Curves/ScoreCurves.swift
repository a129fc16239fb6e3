/// The curves of scores against binary labels. Each is empty where it is undefined: without rows of a class it needs, with
/// an infinite score, and for calibration with a score outside 0...1.
///
/// All points are given; `CurveThinning` makes them few. O(rows · log rows).
package struct ScoreCurves: Sendable {
    private let state: ScoreState
    private let steps: [ScoreRanking.Step]
    private let positives: Double
    private let negatives: Double

    package init(_ state: ScoreState) {
        self.state = state
        let ranking = state.ranking
        positives = ranking?.positives ?? 0
        negatives = ranking?.negatives ?? 0
        var steps: [ScoreRanking.Step] = []
        for step in ranking?.steps ?? [] {
            // Rows of weight 0 are no rows.
            let last = steps.last
            let isEmpty =
                step.truePositives == last?.truePositives ?? 0 && step.falsePositives == last?.falsePositives ?? 0
            if !isEmpty { steps.append(step) }
        }
        self.steps = steps
    }

    /// False against true positive rate, from (0, 0) to (1, 1).
    ///
    /// - Source: scikit-learn 1.9 `roc_curve(drop_intermediate=False)`.
    package var receiverOperating: [CurvePoint] {
        guard positives > 0, negatives > 0 else { return [] }
        return [CurvePoint(x: 0, y: 0)]
            + steps.map {
                CurvePoint(x: $0.falsePositives / negatives, y: $0.truePositives / positives, threshold: $0.score)
            }
    }

    /// Recall against precision, from (0, 1) by falling threshold.
    ///
    /// - Source: scikit-learn 1.9 `precision_recall_curve`, which lists the points the other way round.
    package var precisionRecall: [CurvePoint] {
        guard positives > 0 else { return [] }
        return [CurvePoint(x: 0, y: 1)]
            + steps.map {
                CurvePoint(
                    x: $0.truePositives / positives, y: $0.truePositives / ($0.truePositives + $0.falsePositives),
                    threshold: $0.score)
            }
    }

    /// The share of rows taken from the highest score down against the share of positives among them, from (0, 0).
    package var gains: [CurvePoint] {
        guard positives > 0 else { return [] }
        let total = positives + negatives
        return [CurvePoint(x: 0, y: 0)]
            + steps.map {
                CurvePoint(
                    x: ($0.truePositives + $0.falsePositives) / total, y: $0.truePositives / positives,
                    threshold: $0.score)
            }
    }

    /// The share of rows taken from the highest score down against how many times more positives they hold than as many
    /// random rows.
    package var lift: [CurvePoint] {
        gains.dropFirst().map { CurvePoint(x: $0.x, y: $0.y / $0.x, threshold: $0.threshold) }
    }

    /// Mean score against the share of positives, by ten bins of equal width.
    ///
    /// - Source: scikit-learn 1.9 `calibration_curve(n_bins=10, strategy="uniform")`.
    package var calibrationByWidth: [CurvePoint] {
        guard state.brier.value != nil else { return [] }
        return points(state.bins.bins)
    }

    /// Mean score against the share of positives, by ten bins of equally many rows: the edges are the deciles of the scores,
    /// between neighbours by linear interpolation; an edge itself belongs to the bin below. With weights the edges are those
    /// of the rows and the means are weighted.
    ///
    /// - Source: scikit-learn 1.9 `calibration_curve(n_bins=10, strategy="quantile")`, which takes no weights.
    package var calibrationByRows: [CurvePoint] {
        guard state.brier.value != nil else { return [] }
        let sorted = RankedScores.sorted(state.allScores.map(\.score))
        let values = QuantileState.SortedValues(values: sorted, ends: nil, count: sorted.count)
        let edges = (1..<CalibrationBins.count).compactMap {
            values.quantile(QuantileState.share($0, of: CalibrationBins.count))
        }
        var bins = [CalibrationBins.Bin](repeating: CalibrationBins.Bin(), count: CalibrationBins.count)
        for (entries, isPositive) in [(state.ascendingPositives, true), (state.ascendingNegatives, false)] {
            var bin = 0
            for entry in entries {
                while bin < edges.count, entry.score > edges[bin] { bin += 1 }
                bins[bin].rows += 1
                bins[bin].weight += entry.weight
                bins[bin].scoreSum += entry.weight * entry.score
                if isPositive { bins[bin].positiveWeight += entry.weight }
            }
        }
        return points(bins)
    }

    private func points(_ bins: [CalibrationBins.Bin]) -> [CurvePoint] {
        bins.compactMap { bin in
            guard let score = bin.meanScore, let share = bin.positiveShare else { return nil }
            return CurvePoint(x: score, y: share, rows: bin.rows)
        }
    }
}
