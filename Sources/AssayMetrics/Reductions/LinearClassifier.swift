/// A decision by the sign of a weighted sum, or the same decision for every row.
package enum LinearClassifier: Hashable, Sendable {
    case linear(intercept: Double, coefficients: [Double])
    /// What is fitted where all labels are one.
    case constant(Bool)

    /// `intercept + Σ coefficientⱼ · featureⱼ > 0`, added from the first feature to the last.
    package func isPositive(_ features: ArraySlice<Double>) -> Bool {
        switch self {
        case .constant(let isPositive): return isPositive
        case .linear(let intercept, let coefficients):
            var sum = intercept
            for (coefficient, value) in zip(coefficients, features) { sum += coefficient * value }
            return sum > 0
        }
    }

    package func decisions(_ features: FeatureMatrix) -> [Bool] {
        let width = features.width
        return (0..<features.rowCount).map { isPositive(features.values[($0 * width)..<(($0 + 1) * width)]) }
    }
}
