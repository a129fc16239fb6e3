/// Logistic regression with a penalty on the squares of its weights.
package enum RidgeLogistic {
    private static let memory = 10
    private static let iterationLimit = 200
    private static let tolerance = 1e-7

    /// The weights of the columns and, last, the intercept that minimise `|w|² / 2 + Σ log(1 + exp(−y z))` with `z` the
    /// weighted sum and `y` 1 for a positive row and −1 for another; the intercept is not penalised.
    ///
    /// - Parameter rows: which rows of `table` to fit.
    /// - Complexity: O(entries) a step, at most 200 steps; a step that no longer lowers the objective is the last.
    /// - Source: the objective of scikit-learn 1.9.1 `LogisticRegression(C=1)`; Nocedal, J. and Wright, S. J. (2006),
    ///   Numerical Optimization, algorithms 7.4 (limited-memory BFGS) and 3.1 (backtracking).
    package static func fit(_ table: SparseRows, rows: [Int], labels: [UInt8]) -> [Double] {
        let width = table.width + 1
        var weights = [Double](repeating: 0, count: width)
        var (value, gradient) = objective(table, rows, labels, weights)
        var steps: [(change: [Double], slope: [Double], scale: Double)] = []
        for _ in 0..<iterationLimit {
            guard gradient.contains(where: { abs($0) > tolerance * Double(max(1, rows.count)) }) else { break }
            var direction = direction(gradient, steps)
            var descent = dot(direction, gradient)
            if descent >= 0 {
                direction = gradient.map { -$0 }
                descent = -dot(gradient, gradient)
                steps = []
            }
            // The first step has no curvature to go by.
            var length = steps.isEmpty ? 1 / max(1, dot(gradient, gradient).squareRoot()) : 1.0
            var next = weights
            var found: (value: Double, gradient: [Double])?
            for _ in 0..<40 {
                for index in 0..<width { next[index] = weights[index] + length * direction[index] }
                let there = objective(table, rows, labels, next)
                if there.value <= value + 1e-4 * length * descent {
                    found = there
                    break
                }
                length /= 2
            }
            guard let found, found.value < value else { break }
            let change = zip(next, weights).map { $0 - $1 }
            let slope = zip(found.gradient, gradient).map { $0 - $1 }
            let curvature = dot(change, slope)
            if curvature > 0 {
                steps.append((change, slope, 1 / curvature))
                if steps.count > memory { steps.removeFirst() }
            }
            (weights, value, gradient) = (next, found.value, found.gradient)
        }
        return weights
    }

    /// The weighted sum of a row under fitted weights.
    package static func score(_ table: SparseRows, row: Int, _ weights: [Double]) -> Double {
        table.product(row, weights) + weights[table.width]
    }

    private static func objective(
        _ table: SparseRows, _ rows: [Int], _ labels: [UInt8], _ weights: [Double]
    ) -> (value: Double, gradient: [Double]) {
        var gradient = weights
        gradient[table.width] = 0
        var value = dot(gradient, gradient) / 2
        for row in rows {
            let sum = score(table, row: row, weights)
            let probability = logistic(sum)
            // log(1 + exp(−margin)), without an exponential that overflows.
            let margin = labels[row] == 1 ? sum : -sum
            value += margin > 30 ? 0 : margin < -30 ? -margin : -naturalLogarithm(logistic(margin))
            let residual = probability - Double(labels[row])
            table.add(row, times: residual, to: &gradient)
            gradient[table.width] += residual
        }
        return (value, gradient)
    }

    /// Minus the gradient, bent by the curvature that the last steps showed.
    private static func direction(
        _ gradient: [Double], _ steps: [(change: [Double], slope: [Double], scale: Double)]
    ) -> [Double] {
        var direction = gradient
        var shares: [Double] = []
        for step in steps.reversed() {
            let share = step.scale * dot(step.change, direction)
            shares.append(share)
            for index in direction.indices { direction[index] -= share * step.slope[index] }
        }
        if let last = steps.last {
            let scale = 1 / (last.scale * dot(last.slope, last.slope))
            for index in direction.indices { direction[index] *= scale }
        }
        for (step, share) in zip(steps, shares.reversed()) {
            let correction = share - step.scale * dot(step.slope, direction)
            for index in direction.indices { direction[index] += correction * step.change[index] }
        }
        return direction.map { -$0 }
    }

    private static func dot(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for index in left.indices { sum += left[index] * right[index] }
        return sum
    }
}
