/// A weighted sum of features, which is an answer itself or decides by its sign, or the same decision for every row.
package enum LinearModel: Hashable, Sendable {
    case linear(intercept: Double, coefficients: [Double])
    /// What is fitted where all labels are one.
    case constant(Bool)

    /// `intercept + Σ coefficientⱼ · featureⱼ`, added from the first feature to the last; 1 or 0 of a constant.
    package func value(_ features: some Collection<Double>) -> Double {
        switch self {
        case .constant(let isPositive): return isPositive ? 1 : 0
        case .linear(let intercept, let coefficients):
            var sum = intercept
            for (coefficient, value) in zip(coefficients, features) { sum += coefficient * value }
            return sum
        }
    }

    /// Whether the sum is above 0.
    package func isPositive(_ features: some Collection<Double>) -> Bool { value(features) > 0 }

    package func decisions(_ features: FeatureMatrix) -> [Bool] { values(features).map { $0 > 0 } }

    package func values(_ features: FeatureMatrix) -> [Double] {
        let width = features.width
        return (0..<features.rowCount).map { value(features.values[($0 * width)..<(($0 + 1) * width)]) }
    }
}
