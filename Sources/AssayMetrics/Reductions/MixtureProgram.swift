/// The best mixture of classifiers at hand, and the multipliers that prove it so: a small linear programme.
///
/// Definition: weights q ≥ 0 with sum 1 and t ≥ 0 that minimise `Σ errorₖ qₖ + bound · t` where `Σ violationⱼₖ qₖ ≤ t` for all
/// constraints j; the multipliers are the dual of these constraints, not negative and with sum at most `bound`.
///
/// Method: the simplex on a dense tableau, from the first classifier alone; the column of steepest descent, or after twenty
/// steps without gain the first column that descends (Bland's rule), under which it ends. Several mixtures may be best; all
/// have the same value, and the guarantee of the reduction holds for any of them.
///
/// - Complexity: O((constraints + 1) · (classifiers + constraints)) a step.
/// - Source: Fairlearn 0.15 `_Lagrangian.solve_linprog`, solved there by SciPy's HiGHS; Bland, R. G. (1977). New finite
///   pivoting rules for the simplex method. Mathematics of Operations Research 2, 103–107.
package struct MixtureProgram: Sendable {
    private var tableau: [[Double]]
    /// Reduced costs by column; the last entry is minus the value.
    private var costs: [Double]
    /// The column that is basic in each row.
    private var basis: [Int]
    private let classifierCount: Int
    private let constraintCount: Int

    private static let roundoff = 1e-12

    /// - Parameter violations: by classifier, then constraint, the bound on each taken off.
    package init(errors: [Double], violations: [[Double]], bound: Double) {
        classifierCount = errors.count
        constraintCount = violations[0].count
        let (k, m) = (errors.count, violations[0].count)
        // Columns: classifiers, t, slacks, right side.
        tableau = (0..<m).map { constraint in
            var row = violations.map { $0[constraint] } + [-1] + [Double](repeating: 0, count: m) + [0]
            row[k + 1 + constraint] = 1
            return row
        }
        tableau.append([Double](repeating: 1, count: k) + [Double](repeating: 0, count: m + 1) + [1])
        costs = errors + [bound] + [Double](repeating: 0, count: m + 1)
        basis = (0..<m).map { k + 1 + $0 } + [0]
        pivot(row: m, column: 0)
        // The first classifier alone breaks its worst constraint by t.
        let right = k + m + 1
        if let worst = (0..<m).min(by: { tableau[$0][right] < tableau[$1][right] }), tableau[worst][right] < 0 {
            pivot(row: worst, column: k)
        }
    }

    /// The mixture's weights by classifier, and the multipliers by constraint.
    package mutating func solve() -> (weights: [Double], multipliers: [Double]) {
        let right = classifierCount + constraintCount + 1
        let scale = costs.map(abs).max() ?? 1
        var idleSteps = 0
        while idleSteps < 10_000 {
            let descending = (0..<right).filter { costs[$0] < -Self.roundoff * max(1, scale) }
            guard let first = descending.first else { break }
            let column = idleSteps > 20 ? first : descending.min { costs[$0] < costs[$1] } ?? first
            var leaving: (row: Int, ratio: Double)?
            for row in tableau.indices where tableau[row][column] > Self.roundoff {
                let ratio = max(0, tableau[row][right]) / tableau[row][column]
                if leaving.map({ ratio < $0.ratio || (ratio == $0.ratio && basis[row] < basis[$0.row]) }) ?? true {
                    leaving = (row, ratio)
                }
            }
            // Bounded below by the least error, so some row limits every descent; none does only where rounding made it one.
            guard let leaving else { break }
            idleSteps = leaving.ratio > 0 ? 0 : idleSteps + 1
            pivot(row: leaving.row, column: column)
        }
        var weights = [Double](repeating: 0, count: classifierCount)
        for (row, column) in basis.enumerated() where column < classifierCount { weights[column] = max(0, tableau[row][right]) }
        let sum = weights.reduce(0, +)
        let multipliers = (0..<constraintCount).map { max(0, costs[classifierCount + 1 + $0]) }
        return (weights.map { $0 / sum }, multipliers)
    }

    private mutating func pivot(row: Int, column: Int) {
        let divisor = tableau[row][column]
        for index in tableau[row].indices { tableau[row][index] /= divisor }
        tableau[row][column] = 1
        let pivotRow = tableau[row]
        for other in tableau.indices where other != row && tableau[other][column] != 0 {
            let factor = tableau[other][column]
            for index in pivotRow.indices { tableau[other][index] -= factor * pivotRow[index] }
            tableau[other][column] = 0
        }
        let factor = costs[column]
        if factor != 0 {
            for index in pivotRow.indices { costs[index] -= factor * pivotRow[index] }
            costs[column] = 0
        }
        basis[row] = column
    }
}
