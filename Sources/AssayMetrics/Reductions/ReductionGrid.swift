package import AssayTerms

/// One classifier for each point of a grid of multipliers, and the one that trades error against the constraints best.
///
/// Definition: the problem says along which axes the grid lies. Points are whole numbers whose magnitudes add up to at most
/// some n, or, where no axis has a negative side, to n itself; n is the least for which there are enough. The first `size` of
/// them in lexicographic order are scaled so that n becomes `limit`. The best model has the least `(1 − constraintWeight) ·
/// error + constraintWeight · worst violation`, the first of equals.
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
        package var hypotheses: [ReductionHypothesis]
        package var bestIndex: Int
    }

    package func solve(_ problem: some ReductionProblem) throws(AssayError) -> Solution {
        let multipliers = points(problem.gridAxes, count: problem.constraintCount)
        var hypotheses: [ReductionHypothesis] = []
        var best: (index: Int, loss: Double)?
        for (index, point) in multipliers.enumerated() {
            let hypothesis = try problem.bestResponse(point, isNormalised: false)
            hypotheses.append(hypothesis)
            let loss = (1 - constraintWeight) * hypothesis.error + constraintWeight * (hypothesis.violations.max() ?? 0)
            if best.map({ loss < $0.loss }) ?? true { best = (index, loss) }
        }
        return Solution(multipliers: multipliers, hypotheses: hypotheses, bestIndex: best?.index ?? 0)
    }

    /// What coordinates of a point mean.
    package enum Axes: Sendable {
        /// Each coordinate is the multiplier at a place, or where it is negative at the place's opposite; `nil` where there is
        /// no such constraint.
        case signed([Int?], opposite: Int)
        /// Each coordinate is the multiplier at a place, and all add up to the limit.
        case simplex([Int])
    }

    private func points(_ axes: Axes, count: Int) -> [[Double]] {
        let places: [Int?]
        let opposite: Int?
        switch axes {
        case .signed(let own, let other): (places, opposite) = (own, other)
        case .simplex(let own): (places, opposite) = (own, nil)
        }
        let (units, whole) = Self.wholePoints(dimensions: places.count, count: size, isSimplex: opposite == nil)
        return whole.map { point in
            var multipliers = [Double](repeating: 0, count: count)
            for (place, coordinate) in zip(places, point) {
                // A group without rows of the event has no constraint there.
                guard let place, coordinate != 0 else { continue }
                let value = Double(abs(coordinate)) * (limit / Double(units))
                multipliers[coordinate > 0 ? place : place + (opposite ?? 0)] = value
            }
            return multipliers
        }
    }

    /// The first `count` points with magnitudes adding up to at most `units`, or exactly to it without negative ones; `units`
    /// is as small as it may be.
    static func wholePoints(dimensions: Int, count: Int, isSimplex: Bool) -> (units: Int, points: [[Int]]) {
        precondition(dimensions > 0 && count > 0, "a grid has dimensions and points")
        precondition(!isSimplex || dimensions > 1, "points that add up to one number have two dimensions")
        var units = isSimplex ? 1 : 0
        while true {
            var points: [[Int]] = []
            var point: [Int] = []
            func extend(_ rest: Int) {
                guard points.count < count else { return }
                guard point.count < dimensions else {
                    points.append(point)
                    return
                }
                let isLast = point.count == dimensions - 1
                for value in (isSimplex ? (isLast ? rest : 0) : -rest)...rest {
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
