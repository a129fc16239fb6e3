package import AssayTerms

/// Rows whose groups have to be decided alike, and the classifier that does best on them.
///
/// Labels are turned to whichever decision gains under the multipliers, and rows weigh as much as they gain.
package struct ParityProblem: ReductionProblem {
    package let features: FeatureMatrix
    package let labels: [Bool]
    /// By row, an index of `moments.rows`.
    package let cells: [Int]
    package let moments: ParityMoments
    package let regression: LogisticRegression

    /// - Parameters:
    ///   - groups: by row, below `groupCount`.
    ///   - strata: by row, below `stratumCount`: within which groups are compared.
    package init(
        features: FeatureMatrix, labels: [Bool], groups: [Int], groupCount: Int, strata: [Int], stratumCount: Int,
        constraint: ReductionConstraint, bound: ParityBound, regression: LogisticRegression
    ) {
        precondition(
            labels.count == features.rowCount && groups.count == labels.count && strata.count == labels.count,
            "labels, groups, strata and rows differ in number")
        self.features = features
        self.labels = labels
        self.regression = regression
        cells = zip(groups, strata).map { $1 * groupCount + $0 }
        var rows = (0..<(groupCount * stratumCount)).map { _ in ParityMoments.Cell(negative: 0, positive: 0) }
        for (cell, label) in zip(cells, labels) {
            if label { rows[cell].positive += 1 } else { rows[cell].negative += 1 }
        }
        moments = ParityMoments(constraint, rows: rows, groupCount: groupCount, bound: bound)
    }

    package var constraintCount: Int { moments.constraintCount }
    package var bound: Double { moments.bound.slack }

    package func bestResponse(_ multipliers: [Double], isNormalised: Bool) throws(AssayError) -> ReductionHypothesis {
        let gains = moments.gains(multipliers)
        var total = 0.0
        for (cell, gain) in zip(moments.rows, gains) {
            total += Double(cell.negative) * abs(gain.negative) + Double(cell.positive) * abs(gain.positive)
        }
        let scale = isNormalised && total > 0 ? Double(moments.rowCount) / total : 1
        var turned = [Bool](repeating: false, count: labels.count)
        var weights = [Double](repeating: 0, count: labels.count)
        for row in labels.indices {
            let gain = labels[row] ? gains[cells[row]].positive : gains[cells[row]].negative
            turned[row] = gain > 0
            weights[row] = scale * abs(gain)
        }
        return hypothesis(try regression.fit(features, labels: turned, weights: weights))
    }

    package func unconstrained() throws(AssayError) -> ReductionHypothesis {
        hypothesis(try regression.fit(features, labels: labels, weights: [Double](repeating: 1, count: labels.count)))
    }

    private func hypothesis(_ classifier: LinearModel) -> ReductionHypothesis {
        let selected = selected(classifier)
        return ReductionHypothesis(model: classifier, error: moments.error(selected), violations: moments.violations(selected))
    }

    /// Rows decided positive, by cell and label.
    private func selected(_ classifier: LinearModel) -> [ParityMoments.Cell<Int>] {
        var selected = moments.rows.map { _ in ParityMoments.Cell(negative: 0, positive: 0) }
        for (row, isPositive) in classifier.decisions(features).enumerated() where isPositive {
            if labels[row] { selected[cells[row]].positive += 1 } else { selected[cells[row]].negative += 1 }
        }
        return selected
    }

    package func projected(_ multipliers: [Double]) -> [Double] { moments.projected(multipliers) }

    /// Half the sample standard deviation of being wrong over √n.
    package func standardNu(_ hypothesis: ReductionHypothesis) -> Double {
        let n = Double(moments.rowCount)
        return 0.5 * (hypothesis.error * (1 - hypothesis.error) * n / (n - 1)).squareRoot() / n.squareRoot()
    }

    /// An axis for each event and each group but the last, both in the order in which rows show them: the last group's
    /// constraints follow from the others'.
    package var gridAxes: ReductionGrid.Axes {
        var groups: [Int] = []
        var events: [ParityMoments.Event] = []
        var seen: Set<Int> = []
        for (cell, label) in zip(cells, labels) where seen.insert(2 * cell + (label ? 1 : 0)).inserted {
            let (stratum, group) = cell.quotientAndRemainder(dividingBy: moments.groupCount)
            if !groups.contains(group) { groups.append(group) }
            if let event = moments.event(stratum: stratum, isPositive: label), !events.contains(event) { events.append(event) }
        }
        let places = events.flatMap { event in
            groups.dropLast().map { group in moments.pairs.firstIndex { $0.event == event && $0.group == group } }
        }
        return .signed(places, opposite: moments.pairs.count)
    }
}
