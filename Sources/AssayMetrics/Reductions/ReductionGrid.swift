package import AssayTerms

/// One classifier for each point of a grid of multipliers, and the one that trades error against the constraints best.
///
/// Definition: the last group's constraints follow from the others', so the grid has a dimension for each event and each
/// group but the last, groups and events in the order in which rows show them. Points are whole numbers whose magnitudes add
/// up to at most some n, the least for which there are enough; the first `size` of them in lexicographic order, scaled so
/// that n becomes `limit`. The best classifier has the least `(1 − constraintWeight) · error + constraintWeight · worst
/// violation`, the first of equals.
///
/// - Source: Agarwal et al. (2018), section 3.4; Fairlearn 0.15 `GridSearch` and `_GridGenerator`.
/// - Complexity: one fit a point.
package struct ReductionGrid: Sendable {
    package var size = 10
    package var limit = 2.0
    package var constraintWeight = 0.5

    package init() {}

    package struct Solution: Sendable {
        /// By point.
        package var multipliers: [[Double]]
        package var hypotheses: [ReductionProblem.Hypothesis]
        package var bestIndex: Int
    }

    package func solve(_ problem: ReductionProblem) throws(AssayError) -> Solution {
        let multipliers = points(problem)
        var hypotheses: [ReductionProblem.Hypothesis] = []
        var best: (index: Int, loss: Double)?
        for (index, point) in multipliers.enumerated() {
            let hypothesis = try problem.bestResponse(point, isNormalised: false)
            hypotheses.append(hypothesis)
            let loss = (1 - constraintWeight) * hypothesis.error + constraintWeight * (hypothesis.violations.max() ?? 0)
            if best.map({ loss < $0.loss }) ?? true { best = (index, loss) }
        }
        return Solution(multipliers: multipliers, hypotheses: hypotheses, bestIndex: best?.index ?? 0)
    }

    private func points(_ problem: ReductionProblem) -> [[Double]] {
        let moments = problem.moments
        // Places of the constraints of sign + that the grid spans, in the order in which rows show events and groups.
        var groups: [Int] = []
        var labels: [Bool] = []
        for (group, label) in zip(problem.groups, problem.labels) {
            if !groups.contains(group) { groups.append(group) }
            if !labels.contains(label) { labels.append(label) }
            if groups.count == moments.rows.count, labels.count == 2 { break }
        }
        let events: [ParityMoments.Event] =
            moments.constraint == .equalizedOdds
            ? labels.map { $0 ? .positives : .negatives } : ParityMoments.events(moments.constraint)
        let places = events.flatMap { event in
            groups.dropLast().map { group in moments.pairs.firstIndex { $0.event == event && $0.group == group } }
        }
        let (units, whole) = Self.wholePoints(dimensions: places.count, count: size)
        return whole.map { point in
            var multipliers = [Double](repeating: 0, count: moments.constraintCount)
            for (place, coordinate) in zip(places, point) {
                // A group without rows of the event has no constraint there.
                guard let place, coordinate != 0 else { continue }
                let value = Double(abs(coordinate)) * (limit / Double(units))
                multipliers[coordinate > 0 ? place : moments.pairs.count + place] = value
            }
            return multipliers
        }
    }

    /// The first `count` points with magnitudes adding up to at most `units`, which is as small as it may be.
    static func wholePoints(dimensions: Int, count: Int) -> (units: Int, points: [[Int]]) {
        precondition(dimensions > 0 && count > 0, "a grid has dimensions and points")
        var units = 0
        while true {
            var points: [[Int]] = []
            var point: [Int] = []
            func extend(_ rest: Int) {
                guard points.count < count else { return }
                guard point.count < dimensions else {
                    points.append(point)
                    return
                }
                for value in -rest...rest {
                    point.append(value)
                    extend(rest - abs(value))
                    point.removeLast()
                }
            }
            extend(units)
            if points.count >= count { return (units, points) }
            units += 1
        }
    }
}
