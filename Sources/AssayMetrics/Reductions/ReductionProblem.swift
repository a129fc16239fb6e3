package import AssayTerms

/// Rows, and the classifier that does best on them under given costs: what both reductions ask again and again.
package struct ReductionProblem: Sendable {
    package let features: FeatureMatrix
    package let labels: [Bool]
    /// By row, an index of `moments.rows`.
    package let groups: [Int]
    package let moments: ParityMoments
    package let regression: LogisticRegression

    package init(
        features: FeatureMatrix, labels: [Bool], groups: [Int], groupCount: Int, constraint: ReductionConstraint,
        differenceBound: Double, regression: LogisticRegression
    ) {
        precondition(labels.count == features.rowCount && groups.count == labels.count, "labels, groups and rows differ in number")
        self.features = features
        self.labels = labels
        self.groups = groups
        self.regression = regression
        var rows = (0..<groupCount).map { _ in ParityMoments.Cell(negative: 0, positive: 0) }
        for (group, label) in zip(groups, labels) {
            if label { rows[group].positive += 1 } else { rows[group].negative += 1 }
        }
        moments = ParityMoments(constraint, rows: rows, differenceBound: differenceBound)
    }

    /// A classifier and what it does on the rows.
    package struct Hypothesis: Sendable {
        package var classifier: LinearClassifier
        /// Rows decided positive, by group and label.
        package var selected: [ParityMoments.Cell<Int>]
        package var error: Double
        package var violations: [Double]
    }

    /// The classifier fitted to labels turned to whichever decision gains, rows weighed by how much.
    ///
    /// - Parameter isNormalised: weigh rows so that their sum is their number, as `ExponentiatedGradient` does.
    package func bestResponse(_ multipliers: [Double], isNormalised: Bool) throws(AssayError) -> Hypothesis {
        let gains = moments.gains(multipliers)
        var total = 0.0
        for (cell, gain) in zip(moments.rows, gains) {
            total += Double(cell.negative) * abs(gain.negative) + Double(cell.positive) * abs(gain.positive)
        }
        let scale = isNormalised && total > 0 ? Double(moments.rowCount) / total : 1
        var turned = [Bool](repeating: false, count: labels.count)
        var weights = [Double](repeating: 0, count: labels.count)
        for row in labels.indices {
            let gain = labels[row] ? gains[groups[row]].positive : gains[groups[row]].negative
            turned[row] = gain > 0
            weights[row] = scale * abs(gain)
        }
        return hypothesis(try regression.fit(features, labels: turned, weights: weights))
    }

    /// The classifier without any constraint.
    package func unconstrained() throws(AssayError) -> Hypothesis {
        hypothesis(try regression.fit(features, labels: labels, weights: [Double](repeating: 1, count: labels.count)))
    }

    package func hypothesis(_ classifier: LinearClassifier) -> Hypothesis {
        var selected = moments.rows.map { _ in ParityMoments.Cell(negative: 0, positive: 0) }
        for (row, isPositive) in classifier.decisions(features).enumerated() where isPositive {
            if labels[row] { selected[groups[row]].positive += 1 } else { selected[groups[row]].negative += 1 }
        }
        return Hypothesis(
            classifier: classifier, selected: selected, error: moments.error(selected), violations: moments.violations(selected))
    }
}
