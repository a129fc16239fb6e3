package import AssayTerms

/// Rows on which no group's mean loss may exceed a bound, and the model that does best on them.
///
/// Labels stay, and a row of group g weighs `1 + λg / P(g)`: the mean loss of all rows and the multipliers' share of the
/// group's. There is a constraint for each group, and its violation is the group's mean loss.
///
/// - Source: Agarwal, A., Dudík, M. and Wu, Z. S. (2019). Fair regression: quantitative definitions and reduction-based
///   algorithms. ICML, section 4; Fairlearn 0.15 `BoundedGroupLoss` with `MeanLoss`.
package struct GroupLossProblem: ReductionProblem {
    /// What is fitted.
    package enum Learner: Sendable {
        /// Labels are 0 and 1, and answers decisions.
        case decision(LogisticRegression)
        case number(LeastSquares)
    }

    package let features: FeatureMatrix
    package let labels: [Double]
    package let groups: [Int]
    package let loss: GroupLoss
    package let learner: Learner
    package let bound: Double
    private let counts: [Int]

    package init(
        features: FeatureMatrix, labels: [Double], groups: [Int], groupCount: Int, loss: GroupLoss, bound: Double, learner: Learner
    ) {
        precondition(labels.count == features.rowCount && groups.count == labels.count, "labels, groups and rows differ in number")
        (self.features, self.labels, self.groups, self.loss) = (features, labels, groups, loss)
        (self.bound, self.learner) = (bound, learner)
        var counts = [Int](repeating: 0, count: groupCount)
        for group in groups { counts[group] += 1 }
        self.counts = counts
    }

    package var constraintCount: Int { counts.count }

    package func bestResponse(_ multipliers: [Double], isNormalised: Bool) throws(AssayError) -> ReductionHypothesis {
        let n = Double(labels.count)
        // A grid's multipliers hold the mean loss themselves, as its sum over groups.
        let own = zip(multipliers, counts).map { (isNormalised ? 1 : 0) + $0 * n / Double($1) }
        let total = zip(own, counts).reduce(0) { $0 + $1.0 * Double($1.1) }
        let scale = isNormalised ? n / total : 1
        return try hypothesis(weights: groups.map { scale * own[$0] })
    }

    package func unconstrained() throws(AssayError) -> ReductionHypothesis {
        try hypothesis(weights: [Double](repeating: 1, count: labels.count))
    }

    private func hypothesis(weights: [Double]) throws(AssayError) -> ReductionHypothesis {
        let model: LinearModel
        switch learner {
        case .decision(let regression): model = try regression.fit(features, labels: labels.map { $0 > 0 }, weights: weights)
        case .number(let regression): model = try regression.fit(features, labels: labels, weights: weights)
        }
        let (byGroup, all) = losses(model)
        return ReductionHypothesis(model: model, error: all, violations: byGroup)
    }

    /// What the model answers: a decision as 1 or 0, or the number.
    package func answers(_ model: LinearModel) -> [Double] {
        switch learner {
        case .decision: model.decisions(features).map { $0 ? 1 : 0 }
        case .number: model.values(features)
        }
    }

    /// Mean losses by group and of all rows.
    package func losses(_ model: LinearModel) -> (groups: [Double], all: Double) {
        var sums = [Double](repeating: 0, count: counts.count)
        for (row, value) in answers(model).enumerated() { sums[groups[row]] += loss.loss(label: labels[row], value: value) }
        return (zip(sums, counts).map { $0 / Double($1) }, sums.reduce(0, +) / Double(labels.count))
    }

    package func projected(_ multipliers: [Double]) -> [Double] { multipliers }

    /// Half the sample standard deviation of how far answers are off, in no range, over √n.
    package func standardNu(_ hypothesis: ReductionHypothesis) -> Double {
        let distances = zip(answers(hypothesis.model), labels).map { abs($0 - $1) }
        let n = Double(distances.count)
        let mean = distances.reduce(0, +) / n
        let spread = distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        return 0.5 * spread.squareRoot() / n.squareRoot()
    }

    /// An axis for each group in the order in which rows show them.
    package var gridAxes: ReductionGrid.Axes {
        var places: [Int] = []
        for group in groups where !places.contains(group) {
            places.append(group)
            if places.count == counts.count { break }
        }
        return .simplex(places)
    }
}
