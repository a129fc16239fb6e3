/// Thresholds by group under which a rate is the same in every group, and an objective as large as that allows.
///
/// Definition: for each group the upper convex hull of (rate, objective) over all thresholds is what drawing between two
/// thresholds can reach. On a grid of `gridSize + 1` values of the rate from 0 to 1, the one is taken at which the sum of
/// the groups' objectives, weighted by their shares of the rows, is largest; the first of equals. With a `tolerance`, groups
/// may have different values on the grid within that range, and the best such choice is taken, of equals the closest.
/// For equalized odds the rate is the false positive rate, the true positive rate is the lowest of the groups' hulls there,
/// and groups above it ignore the score of some of their rows.
///
/// - Source: Hardt, M., Price, E. and Srebro, N. (2016). Equality of opportunity in supervised learning. NeurIPS,
///   section 3.2; Fairlearn 0.15 `ThresholdOptimizer`, whose numbers these are to the last bit.
/// - Complexity: O(n log n + groups × gridSize).
package struct ThresholdOptimizer: Sendable {
    package var constraint: ParityConstraint
    package var objective: ThresholdObjective
    /// Values of the rate tried, less one. At least 1.
    package var gridSize = 1000
    /// Whether rows below a threshold may be the positive ones.
    package var isFlipped = false
    /// How far the groups' rates may lie apart; `nil` or 0 for not at all. Not for equalized odds.
    package var tolerance: Double?

    package init(constraint: ParityConstraint, objective: ThresholdObjective) {
        self.constraint = constraint
        self.objective = objective
    }

    package struct Solution: Sendable {
        /// By group.
        package var rules: [ThresholdRule]
        /// By group, one threshold each: of all thresholds the one that comes nearest to what the drawn rule aims at. Near is
        /// meant in the constraint's rate, and for equalized odds in the larger of both rates' distances; of equally near ones
        /// the better by the objective.
        package var deterministic: [ThresholdRule]
        /// The constraint's rate, by group.
        package var rates: [Double]
        /// What was maximised; for equalized odds the true positive rate that all groups have, as in Fairlearn's `_y_best`.
        package var objective: Double
    }

    /// - Precondition: every group has rows of both labels.
    package func solve(_ groups: [GroupScores]) -> Solution {
        precondition(gridSize >= 1 && objective.isAllowed(beside: constraint), "the optimisation is not as it is described")
        // As numpy.linspace has them.
        var grid = (0...gridSize).map { Double($0) * (1 / Double(gridSize)) }
        grid[gridSize] = 1
        let isOdds = constraint == .equalizedOdds
        let curves = groups.map {
            TradeoffCurve($0, x: constraint.rate, y: isOdds ? .truePositiveRate : objective, isFlipped: isFlipped)
        }
        return isOdds ? equalizedOdds(groups, curves, grid) : parity(groups, curves, grid)
    }

    private func parity(_ groups: [GroupScores], _ curves: [TradeoffCurve], _ grid: [Double]) -> Solution {
        let total = Double(groups.reduce(0) { $0 + $1.count })
        let weighted = zip(groups, curves).map { group, curve in
            let share = Double(group.count) / total
            return grid.indices.map { share * curve.interpolation(at: grid[$0], isFirst: $0 == 0).y }
        }
        let best =
            if let tolerance, tolerance != 0 { Self.best(weighted, grid, within: tolerance) } else { Self.best(weighted) }
        let rates = best.places.map { grid[$0] }
        var rules: [ThresholdRule] = []
        var deterministic: [ThresholdRule] = []
        for (curve, place) in zip(curves, best.places) {
            let at = curve.interpolation(at: grid[place], isFirst: place == 0)
            rules.append(ThresholdRule(p0: at.p0, operation0: at.operation0, p1: at.p1, operation1: at.operation1))
            deterministic.append(Self.nearest(curve) { abs($0.x - grid[place]) })
        }
        return Solution(rules: rules, deterministic: deterministic, rates: rates, objective: best.objective)
    }

    private func equalizedOdds(_ groups: [GroupScores], _ curves: [TradeoffCurve], _ grid: [Double]) -> Solution {
        let positives = Double(groups.reduce(0) { $0 + $1.positives.count })
        let negatives = Double(groups.reduce(0) { $0 + $1.negatives.count })
        var best: (place: Int, rate: Double, value: Double)?
        for (place, x) in grid.enumerated() {
            let rates = curves.map { $0.interpolation(at: x, isFirst: place == 0).y }
            let least = rates.min() ?? 0
            let expected = Confusion(
                trueNegatives: negatives * (1 - x), falsePositives: negatives * x, falseNegatives: positives * (1 - least),
                truePositives: positives * least, rowCount: 0, isWeighted: true)
            // Rounded to 15 decimals as the peer does, so that ties of the mathematics are ties here.
            let value = (objective.value(of: expected) * 1e15).rounded(.toNearestOrEven) / 1e15
            if best.map({ value > $0.value }) ?? true { best = (place, least, value) }
        }
        let place = best?.place ?? 0
        let target = (x: grid[place], y: best?.rate ?? 0)
        var rules: [ThresholdRule] = []
        var deterministic: [ThresholdRule] = []
        for curve in curves {
            let at = curve.interpolation(at: target.x, isFirst: place == 0)
            // On the diagonal chance alone already has both rates.
            let ignored = at.y == target.x ? 0 : (at.y - target.y) / (at.y - target.x)
            rules.append(
                ThresholdRule(
                    p0: at.p0, operation0: at.operation0, p1: at.p1, operation1: at.operation1,
                    ignoring: ThresholdRule.Ignoring(share: ignored, constant: target.x)))
            deterministic.append(Self.nearest(curve) { max(abs($0.x - target.x), abs($0.y - target.y)) })
        }
        return Solution(
            rules: rules, deterministic: deterministic, rates: curves.map { _ in target.x }, objective: target.y)
    }

    private static func nearest(_ curve: TradeoffCurve, _ distance: (TradeoffCurve.Point) -> Double) -> ThresholdRule {
        var best = curve.points[0]
        for point in curve.points {
            let (here, before) = (distance(point), distance(best))
            if here < before || (here == before && point.y > best.y) { best = point }
        }
        return ThresholdRule(best.operation)
    }

    private typealias Choice = (places: [Int], objective: Double)

    /// The same place for all groups.
    private static func best(_ weighted: [[Double]]) -> Choice {
        var best = (place: 0, value: -Double.infinity)
        for place in weighted[0].indices {
            let value = weighted.reduce(0) { $0 + $1[place] }
            if value > best.value { best = (place, value) }
        }
        return (weighted.map { _ in best.place }, best.value)
    }

    /// Places of their own, within `tolerance` of each other: a window slides over the grid, and each group keeps the places in
    /// it that no later place of the window exceeds, the best of them first.
    ///
    /// - Complexity: O(groups × grid).
    /// - Source: Fairlearn 0.15 `maximize_objective_with_tolerance`.
    private static func best(_ weighted: [[Double]], _ grid: [Double], within tolerance: Double) -> Choice {
        var queues = weighted.map { _ in (first: 0, places: [Int]()) }
        var best: Choice = ([], -.infinity)
        var leastRange = Double.infinity
        var start = 0
        for end in grid.indices {
            for group in weighted.indices {
                while queues[group].places.count > queues[group].first, let last = queues[group].places.last,
                    weighted[group][last] <= weighted[group][end]
                {
                    queues[group].places.removeLast()
                }
                queues[group].places.append(end)
            }
            while grid[end] - grid[start] > tolerance {
                for group in weighted.indices where queues[group].places[queues[group].first] == start { queues[group].first += 1 }
                start += 1
            }
            let places = queues.map { $0.places[$0.first] }
            let value = zip(weighted, places).reduce(0) { $0 + $1.0[$1.1] }
            let range = (places.map { grid[$0] }.max() ?? 0) - (places.map { grid[$0] }.min() ?? 0)
            if value > best.objective || (value == best.objective && range <= leastRange) {
                best = (places, value)
                leastRange = range
            }
        }
        return best
    }
}
