import AssayTerms

/// The additive game nearest to a game that is known on some subsets, by the kernel's weights.
///
/// Definition: φ minimises `Σ_S w_S (v(S) − v(∅) − Σ_{i ∈ S} φᵢ)²` under `Σ φᵢ = v(all) − v(∅)`. The last player is eliminated by
/// the constraint; what is left is solved by Householder's QR of the weighted matrix, which loses the digits of its condition
/// number and not of that number's square.
///
/// - Complexity: factoring O(subsets × players²) once, a solution O(subsets × players).
/// - Source: Lundberg & Lee 2017, equation 5 and theorem 2; shap 0.51, `KernelExplainer.solve` without l1_reg. Golub & Van Loan,
///   Matrix Computations, 4th edition, algorithms 5.2.1 and 5.3.2.
struct CoalitionRegression: Sendable {
    /// Doubles in the matrix: 128 MiB.
    static let entryLimit = 1 << 24

    private let rows: Int
    private let width: Int
    /// Column by column; Householder's vectors below the diagonal, R on and above it but for its diagonal.
    private var matrix: [Double]
    private var diagonal: [Double]
    private let roots: [Double]
    /// Whether the last player is in the subset.
    private let hasLast: [Bool]

    var bytes: Int { (matrix.count + diagonal.count + roots.count) * 8 + hasLast.count }

    /// - Parameter checkpoint: asked before each column is factored; what it throws ends the work.
    /// - Throws: `limitExceeded` beyond ``entryLimit``; `invalidArgument` where the subsets do not tell the players apart.
    init(
        _ coalitions: Coalitions, weights: [Double], checkpoint: () throws(AssayError) -> Void = {}
    ) throws(AssayError) {
        let rows = coalitions.count
        let last = coalitions.playerCount - 1
        width = last
        self.rows = rows
        guard rows * last <= Self.entryLimit else {
            throw AssayError(
                .limitExceeded,
                "\(rows) coalitions of \(last + 1) columns are more than fit into memory; ask for fewer with --samples N")
        }
        roots = weights.map { $0.squareRoot() }
        hasLast = (0..<rows).map { coalitions.contains($0, last) }
        matrix = [Double](repeating: 0, count: rows * last)
        for player in 0..<last {
            for row in 0..<rows {
                let entry = (coalitions.contains(row, player) ? 1.0 : 0) - (hasLast[row] ? 1 : 0)
                matrix[player * rows + row] = entry * roots[row]
            }
        }
        diagonal = [Double](repeating: 0, count: last)
        let isFactored = rows >= last ? try factor(checkpoint) : false
        guard isFactored else {
            throw AssayError(
                .invalidArgument, "\(rows) coalitions do not tell \(last + 1) columns apart; ask for more with --samples N")
        }
    }

    /// - Returns: whether the columns are independent.
    private mutating func factor(_ checkpoint: () throws(AssayError) -> Void) throws(AssayError) -> Bool {
        var largest = 0.0
        for column in 0..<width {
            try checkpoint()
            let start = column * rows
            var square = 0.0
            for row in column..<rows { square += matrix[start + row] * matrix[start + row] }
            let norm = square.squareRoot()
            largest = max(largest, norm)
            guard norm > Double(rows) * 0x1p-52 * largest else { return false }
            let alpha = matrix[start + column] > 0 ? -norm : norm
            diagonal[column] = alpha
            matrix[start + column] -= alpha
            // v·v = 2 (norm² − alpha·x₀), without cancellation by the choice of alpha's sign.
            var length = 0.0
            for row in column..<rows { length += matrix[start + row] * matrix[start + row] }
            for other in (column + 1)..<max(width, column + 1) {
                let from = other * rows
                var product = 0.0
                for row in column..<rows { product += matrix[start + row] * matrix[from + row] }
                let scale = 2 * product / length
                for row in column..<rows { matrix[from + row] -= scale * matrix[start + row] }
            }
        }
        return true
    }

    /// - Parameters:
    ///   - values: v(S) − v(∅), by subset.
    ///   - total: v(all) − v(∅).
    func solve(_ values: [Double], total: Double) -> [Double] {
        var right = (0..<rows).map { (values[$0] - (hasLast[$0] ? total : 0)) * roots[$0] }
        for column in 0..<width {
            let start = column * rows
            var product = 0.0
            var length = 0.0
            for row in column..<rows {
                product += matrix[start + row] * right[row]
                length += matrix[start + row] * matrix[start + row]
            }
            let scale = 2 * product / length
            for row in column..<rows { right[row] -= scale * matrix[start + row] }
        }
        var solution = [Double](repeating: 0, count: width + 1)
        for column in stride(from: width - 1, through: 0, by: -1) {
            var value = right[column]
            for other in (column + 1)..<max(width, column + 1) { value -= matrix[other * rows + column] * solution[other] }
            solution[column] = value / diagonal[column]
        }
        var sum = 0.0
        for value in solution { sum += value }
        solution[width] = total - sum
        return solution
    }
}
