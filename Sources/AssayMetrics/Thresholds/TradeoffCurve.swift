/// What one group's thresholds can reach: a rate against an objective, and its upper convex hull.
struct TradeoffCurve: Sendable {
    struct Point: Hashable, Sendable {
        var x: Double
        var y: Double
        var operation: ThresholdOperation
    }

    /// A place on the hull between two of its points.
    struct Interpolation: Sendable {
        var y: Double
        var p0: Double
        var operation0: ThresholdOperation
        var p1: Double
        var operation1: ThresholdOperation
    }

    /// Every threshold's point, by x, then y, then in the order of falling thresholds.
    let points: [Point]
    /// The points of the upper hull by ascending x, which only the first two may share.
    let hull: [Point]

    /// Thresholds stand at ±∞ and half-way between neighbouring scores.
    ///
    /// Where the two scores are neighbours among doubles too, half-way is one of them and would decide its rows the wrong
    /// way; then the score on the other side is the threshold. The peer's midpoint of scores beyond half the range of
    /// doubles is infinite; here it is not.
    ///
    /// - Parameter isFlipped: also decide positive below each threshold.
    /// - Precondition: the group has rows of both labels.
    /// - Complexity: O(n), and O(n log n) for rates along which thresholds do not fall in order.
    /// - Source: Fairlearn 0.15 `_calculate_tradeoff_points` and `_filter_points_to_get_convex_hull`; the hull is Andrew's
    ///   monotone chain (1979, Information Processing Letters 9, 216–219).
    init(_ scores: GroupScores, x: Rate, y: ThresholdObjective, isFlipped: Bool) {
        precondition(scores.hasBothLabels, "a group without both labels has no trade-off")
        var points: [Point] = []
        var selected = (positives: 0, negatives: 0)
        func add(above: Double, below: Double) {
            let confusion = Confusion(
                trueNegatives: scores.negatives.count - selected.negatives, falsePositives: selected.negatives,
                falseNegatives: scores.positives.count - selected.positives, truePositives: selected.positives)
            points.append(Self.point(confusion, x, y, ThresholdOperation(.above, above)))
            guard isFlipped else { return }
            let flipped = Confusion(
                trueNegatives: selected.negatives, falsePositives: scores.negatives.count - selected.negatives,
                falseNegatives: selected.positives, truePositives: scores.positives.count - selected.positives)
            points.append(Self.point(flipped, x, y, ThresholdOperation(.below, below)))
        }
        add(above: .infinity, below: .infinity)
        var (positive, negative) = (scores.positives.count - 1, scores.negatives.count - 1)
        func next() -> Double? {
            switch (positive >= 0, negative >= 0) {
            case (true, true): max(scores.positives[positive], scores.negatives[negative])
            case (true, false): scores.positives[positive]
            case (false, true): scores.negatives[negative]
            case (false, false): nil
            }
        }
        while let score = next() {
            while positive >= 0, scores.positives[positive] == score { positive -= 1 }
            while negative >= 0, scores.negatives[negative] == score { negative -= 1 }
            selected = (scores.positives.count - 1 - positive, scores.negatives.count - 1 - negative)
            let lower = next() ?? -.infinity
            let sum = score + lower
            let middle = sum.isInfinite && lower.isFinite ? score / 2 + lower / 2 : sum / 2
            add(above: middle < score ? middle : lower, below: middle > lower || lower.isInfinite ? middle : score)
        }
        let order = points.indices.sorted { left, right in
            (points[left].x, points[left].y, left) < (points[right].x, points[right].y, right)
        }
        self.points = order.map { points[$0] }
        hull = Self.upperHull(self.points)
    }

    private static func point(
        _ confusion: Confusion, _ x: Rate, _ y: ThresholdObjective, _ operation: ThresholdOperation
    ) -> Point {
        let rate = x.proportion(of: confusion)
        return Point(x: rate.successes / rate.trials, y: y.value(of: confusion), operation: operation)
    }

    private static func upperHull(_ sorted: [Point]) -> [Point] {
        var hull: [Point] = []
        for point in sorted {
            while hull.count >= 2 {
                let (before, last) = (hull[hull.count - 2], hull[hull.count - 1])
                guard (last.y - before.y) * (point.x - before.x) <= (point.y - before.y) * (last.x - before.x) else { break }
                hull.removeLast()
            }
            hull.append(point)
        }
        return hull
    }

    /// The hull at `x`, between the last of its points left of `x` and the next one. At 0, which has none to its left, the
    /// last point at 0 is taken with all the weight.
    ///
    /// - Precondition: `x` is in 0...1, which the hull spans.
    /// - Complexity: O(log points).
    /// - Source: Fairlearn 0.15 `_interpolate_curve`.
    func interpolation(at x: Double, isFirst: Bool) -> Interpolation {
        var (low, high) = (0, hull.count)
        while low < high {
            let middle = (low + high) / 2
            if hull[middle].x <= x { low = middle + 1 } else { high = middle }
        }
        var index = low - 1
        if !isFirst, hull[index].x == x { index -= 1 }
        let (left, right) = (hull[index], hull[index + 1])
        let p0 = (right.x - x) / (right.x - left.x)
        let p1 = 1 - p0
        return Interpolation(
            y: p0 * left.y + p1 * right.y, p0: p0, operation0: left.operation, p1: p1, operation1: right.operation)
    }
}
