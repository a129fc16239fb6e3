/// Small symmetric matrices, row by row in one array.
package enum SymmetricMatrix {
    /// Eigenvalues, and the unit eigenvector of value `i` in elements `i · width ..< (i + 1) · width`, by cyclic Jacobi
    /// rotations until nothing off the diagonal is left.
    ///
    /// - Precondition: the matrix is symmetric and finite.
    /// - Complexity: O(width³) a sweep; ten sweeps are more than are ever needed.
    /// - Source: Golub, G. H. and Van Loan, C. F. (2013). Matrix Computations, 4th edition, section 8.5.
    package static func eigen(_ matrix: [Double], width: Int) -> (values: [Double], vectors: [Double]) {
        precondition(matrix.count == width * width, "the matrix is not square")
        var a = matrix
        var vectors = [Double](repeating: 0, count: width * width)
        for index in 0..<width { vectors[index * width + index] = 1 }
        for _ in 0..<100 {
            var off = 0.0
            for p in 0..<width { for q in 0..<p { off += a[p * width + q] * a[p * width + q] } }
            if off == 0 { break }
            for p in 0..<width {
                for q in (p + 1)..<max(p + 1, width) where a[p * width + q] != 0 {
                    let theta = (a[q * width + q] - a[p * width + p]) / (2 * a[p * width + q])
                    let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<width {
                        let left = a[k * width + p]
                        let right = a[k * width + q]
                        a[k * width + p] = c * left - s * right
                        a[k * width + q] = s * left + c * right
                    }
                    for k in 0..<width {
                        let left = a[p * width + k]
                        let right = a[q * width + k]
                        a[p * width + k] = c * left - s * right
                        a[q * width + k] = s * left + c * right
                        let first = vectors[p * width + k]
                        let second = vectors[q * width + k]
                        vectors[p * width + k] = c * first - s * second
                        vectors[q * width + k] = s * first + c * second
                    }
                    a[p * width + q] = 0
                    a[q * width + p] = 0
                }
            }
        }
        return ((0..<width).map { a[$0 * width + $0] }, vectors)
    }
}
