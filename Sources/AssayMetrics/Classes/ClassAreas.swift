import AssayTerms

/// Areas under the ROC curves of several classes, averaged: 0...1, higher is better, 0.5 for scores that say nothing.
///
/// Undefined where a class has no labelled row (scikit-learn warns and answers NaN) or a score is infinite. Rows need not sum
/// to 1, since an area looks at ranks only; scikit-learn raises where they do not. No interval: the classes share their rows.
///
/// - Source: scikit-learn 1.9 `roc_auc_score(multi_class=…, average=…)`; Hand, D. J. and Till, R. J. (2001). A simple
///   generalisation of the area under the ROC curve for multiple class classification problems. Machine Learning 45, 171–186.
package enum ClassAreas {
    /// The mean of the areas of each class against the rest.
    ///
    /// - Complexity: O(classes · rows · log rows).
    package static func againstRest(_ state: ClassScoreState, _ average: ClassMeasures.Average) -> Estimate {
        if let reason = unrankable(state) { return Estimate(undefined: reason) }
        let rows = Array(state.labels.indices)
        if average == .micro { return micro(state) }
        var sum = 0.0
        var total = 0.0
        for place in 0..<state.classCount {
            let own = area(state, rows, place: place) { state.labels[$0] == Int32(place) }
            guard let value = own.estimate.value else { return own.estimate }
            let share = average == .weighted ? own.positives : 1
            sum += share * value
            total += share
        }
        return Estimate(min(1, sum / total))
    }

    /// The mean over all pairs of classes of how well each of the two scores tells them apart; `weighted` by the rows of a
    /// pair. Undefined for weighted rows, which scikit-learn refuses, and for `micro`.
    ///
    /// - Complexity: O(classes · rows · log rows).
    package static func betweenPairs(_ state: ClassScoreState, _ average: ClassMeasures.Average) -> Estimate {
        if let reason = unrankable(state) { return Estimate(undefined: reason) }
        guard !state.isWeighted else { return Estimate(undefined: "pairs of classes are not defined for weighted rows") }
        guard state.classCount > 1 else { return Estimate(undefined: "there is one class") }
        var members = [[Int]](repeating: [], count: state.classCount)
        for row in state.labels.indices { members[Int(state.labels[row])].append(row) }
        var sum = 0.0
        var total = 0.0
        for second in 1..<state.classCount {
            for first in 0..<second {
                let rows = members[first] + members[second]
                let one = area(state, rows, place: first) { state.labels[$0] == Int32(first) }.estimate.value
                let other = area(state, rows, place: second) { state.labels[$0] == Int32(second) }.estimate.value
                guard let one, let other else { return Estimate(undefined: "a pair of classes has no area") }
                let share = average == .weighted ? Double(rows.count) : 1
                sum += share * (one + other) / 2
                total += share
            }
        }
        return Estimate(min(1, sum / total))
    }

    /// Every row and class as one pair of score and hit.
    private static func micro(_ state: ClassScoreState) -> Estimate {
        var positives: [WeightedScore] = []
        var negatives: [WeightedScore] = []
        for place in 0..<state.classCount {
            for row in state.labels.indices {
                let entry = WeightedScore(score: state.scores[place][row], weight: state.isWeighted ? state.weights[row] : 1)
                if state.labels[row] == Int32(place) { positives.append(entry) } else { negatives.append(entry) }
            }
        }
        return Estimate(area: area(positives, negatives, isWeighted: state.isWeighted))
    }

    private static func area(
        _ state: ClassScoreState, _ rows: [Int], place: Int, isPositive: (Int) -> Bool
    ) -> (estimate: Estimate, positives: Double) {
        var positives: [WeightedScore] = []
        var negatives: [WeightedScore] = []
        for row in rows {
            let entry = WeightedScore(score: state.scores[place][row], weight: state.isWeighted ? state.weights[row] : 1)
            if isPositive(row) { positives.append(entry) } else { negatives.append(entry) }
        }
        let estimate = Estimate(area: area(positives, negatives, isWeighted: state.isWeighted))
        return (estimate, blockedSum(of: positives.map(\.weight)))
    }

    private static func area(_ positives: [WeightedScore], _ negatives: [WeightedScore], isWeighted: Bool) -> Estimate {
        guard !positives.isEmpty, !negatives.isEmpty else { return Estimate(undefined: "the labels are all of one class") }
        return isWeighted
            ? RankedScores.weightedArea(positives: positives, negatives: negatives)
            : RankedScores.area(positives: positives.map(\.score), negatives: negatives.map(\.score))
    }

    private static func unrankable(_ state: ClassScoreState) -> String? {
        if let reason = ClassScoreMeasures.unusable(state) { return reason }
        if state.infiniteCount > 0 { return "\(state.infiniteCount) rows have infinite scores" }
        var rows = [Int](repeating: 0, count: state.classCount)
        for label in state.labels { rows[Int(label)] += 1 }
        let lacking = rows.count { $0 == 0 }
        if lacking > 0 { return lacking == 1 ? "one class has no labelled row" : "\(lacking) classes have no labelled row" }
        return nil
    }
}

extension Estimate {
    /// Without the interval, which holds for one area of independent rows only.
    fileprivate init(area estimate: Estimate) {
        self = estimate
        interval = nil
        error = nil
    }
}
