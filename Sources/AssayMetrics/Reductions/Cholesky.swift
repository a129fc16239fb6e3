/// Symmetric positive definite systems, row by row in one array.
enum Cholesky {
    /// Puts L of `L Lᵀ = matrix` into the lower triangle.
    ///
    /// - Returns: `false` where the matrix is not positive definite in doubles.
    /// - Complexity: O(size³ / 6).
    /// - Source: Golub, G. H. and Van Loan, C. F. (2013). Matrix Computations, 4th edition, algorithm 4.2.1.
    static func factor(_ matrix: inout [Double], size: Int) -> Bool {
        for row in 0..<size {
            for column in 0...row {
                var sum = matrix[row * size + column]
                for before in 0..<column { sum -= matrix[row * size + before] * matrix[column * size + before] }
                if column < row {
                    matrix[row * size + column] = sum / matrix[column * size + column]
                } else {
                    guard sum > 0, sum.isFinite else { return false }
                    matrix[row * size + row] = sum.squareRoot()
                }
            }
        }
        return true
    }

    /// x of `L Lᵀ x = right`.
    static func solve(_ factor: [Double], size: Int, _ right: [Double]) -> [Double] {
        var x = right
        for row in 0..<size {
            for before in 0..<row { x[row] -= factor[row * size + before] * x[before] }
            x[row] /= factor[row * size + row]
        }
        for row in stride(from: size - 1, through: 0, by: -1) {
            for after in (row + 1)..<max(row + 1, size) { x[row] -= factor[after * size + row] * x[after] }
            x[row] /= factor[row * size + row]
        }
        return x
    }
}
