package import AssayTerms

/// Weighted linear regression with a squared penalty.
///
/// Definition: the intercept b and coefficients w that minimise `|w|² + C Σ sᵢ (yᵢ − b − w · xᵢ)²` with row weights sᵢ. The
/// intercept is not penalised. There is one answer.
///
/// Method: the normal equations of features and labels less their weighted means, by Cholesky's factorisation.
///
/// - Error: coefficients lose the digits of the features' condition number squared; standardise features of unlike scales.
/// - Complexity: O(n · width²).
/// - Source: scikit-learn 1.9 `Ridge(alpha=1 / C, solver="cholesky")`.
package struct LeastSquares: Sendable {
    /// C: how much the rows count against the penalty. Positive.
    package var inverseRegularisation = 1.0

    package init() {}

    /// - Precondition: as many labels and weights as rows; labels finite; weights finite, not negative and not all 0.
    /// - Throws: `limitExceeded` where sums of features overflow.
    package func fit(_ features: FeatureMatrix, labels: [Double], weights: [Double]) throws(AssayError) -> LinearModel {
        precondition(labels.count == features.rowCount && weights.count == labels.count, "labels and rows differ in number")
        let width = features.width
        let values = features.values.span
        let total = weights.reduce(0, +)
        var means = [Double](repeating: 0, count: width)
        var labelMean = 0.0
        for row in labels.indices {
            for feature in 0..<width { means[feature] += weights[row] * values[row &* width &+ feature] }
            labelMean += weights[row] * labels[row]
        }
        for feature in 0..<width { means[feature] /= total }
        labelMean /= total
        var matrix = [Double](repeating: 0, count: width * width)
        var right = [Double](repeating: 0, count: width)
        var centred = [Double](repeating: 0, count: width)
        for row in labels.indices where weights[row] != 0 {
            for feature in 0..<width { centred[feature] = values[row &* width &+ feature] - means[feature] }
            for first in 0..<width {
                let scaled = weights[row] * centred[first]
                right[first] += scaled * (labels[row] - labelMean)
                for second in 0...first { matrix[first * width + second] += scaled * centred[second] }
            }
        }
        for feature in 0..<width { matrix[feature * width + feature] += 1 / inverseRegularisation }
        guard labelMean.isFinite, Cholesky.factor(&matrix, size: width) else {
            throw AssayError(.limitExceeded, "the linear regression overflows; bring features and labels to like scales, or lower C")
        }
        let coefficients = Cholesky.solve(matrix, size: width, right)
        let intercept = zip(coefficients, means).reduce(labelMean) { $0 - $1.0 * $1.1 }
        return .linear(intercept: intercept, coefficients: coefficients)
    }
}
