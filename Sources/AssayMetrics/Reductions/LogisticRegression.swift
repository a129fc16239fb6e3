package import AssayTerms

/// Weighted logistic regression with a squared penalty.
///
/// Definition: the intercept b and coefficients w that minimise `½ |w|² + C Σ sᵢ log(1 + exp(−tᵢ (b + w · xᵢ)))` with tᵢ = ±1
/// for positive and negative labels and row weights sᵢ. The intercept is not penalised. The function is convex, and strictly
/// so in w, so there is one answer.
///
/// Method: Newton's, each step solved by Cholesky's factorisation and halved until the function falls enough; the last step
/// is taken where the decrement is below 10⁻¹³ of the function, after which a quadratic method has no more to gain in doubles.
///
/// - Error: coefficients are within 10⁻⁶ of the decrement's root; the gradient is 0 within the rounding of its n-term sums.
/// - Complexity: O(n · width²) a step, 5 to 15 steps.
/// - Source: scikit-learn 1.9 `LogisticRegression(C=…)`, whose minimum this is; Hastie, Tibshirani and Friedman (2009), The
///   Elements of Statistical Learning, 2nd edition, section 4.4.1.
package struct LogisticRegression: Sendable {
    /// C: how much the rows count against the penalty. Positive.
    package var inverseRegularisation = 1.0

    package init() {}

    static let stepLimit = 200

    private struct Place {
        var coefficients: [Double]
        var value: Double
    }

    /// - Precondition: as many labels and weights as rows; weights finite and not negative.
    /// - Throws: `limitExceeded` where the minimum is not reached in 200 steps, which features of extreme size may cause.
    package func fit(
        _ features: FeatureMatrix, labels: [Bool], weights: [Double]
    ) throws(AssayError) -> LinearModel {
        precondition(labels.count == features.rowCount && weights.count == labels.count, "labels and rows differ in number")
        guard labels.contains(true), labels.contains(false) else { return .constant(labels.first ?? false) }
        let width = features.width
        // The intercept stands last.
        let size = width + 1
        var margins = [Double](repeating: 0, count: labels.count)
        var place = Place(coefficients: [Double](repeating: 0, count: size), value: 0)
        place.value = value(at: place.coefficients, margins, labels, weights)
        for _ in 0..<Self.stepLimit {
            let (gradient, curvature) = derivatives(at: place.coefficients, margins, features, labels, weights)
            var hessian = curvature
            guard Cholesky.factor(&hessian, size: size) else { break }
            let step = Cholesky.solve(hessian, size: size, gradient)
            let decrement = zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 }
            guard decrement.isFinite else { break }
            let isLast = decrement <= 1e-13 * max(1, place.value)
            var length = 1.0
            while true {
                let moved = zip(place.coefficients, step).map { $0 - length * $1 }
                let movedMargins = Self.margins(features, moved)
                let value = value(at: moved, movedMargins, labels, weights)
                if isLast || value <= place.value - 1e-4 * length * decrement {
                    place = Place(coefficients: moved, value: value)
                    margins = movedMargins
                    break
                }
                length /= 2
                // No step falls any more: rounding is all that is left.
                if length < 1e-10 { return classifier(place) }
            }
            if isLast { return classifier(place) }
        }
        throw AssayError(
            .limitExceeded,
            "the logistic regression did not reach its minimum in \(Self.stepLimit) steps; bring the features to like scales, or lower C")
    }

    private func classifier(_ place: Place) -> LinearModel {
        .linear(intercept: place.coefficients[place.coefficients.count - 1], coefficients: Array(place.coefficients.dropLast()))
    }

    private static func margins(_ features: FeatureMatrix, _ coefficients: [Double]) -> [Double] {
        let width = features.width
        var margins = [Double](repeating: 0, count: features.rowCount)
        let values = features.values.span
        for row in margins.indices {
            var sum = coefficients[width]
            let start = row &* width
            for feature in 0..<width { sum += coefficients[feature] * values[start &+ feature] }
            margins[row] = sum
        }
        return margins
    }

    private func value(at coefficients: [Double], _ margins: [Double], _ labels: [Bool], _ weights: [Double]) -> Double {
        var penalty = 0.0
        for coefficient in coefficients.dropLast() { penalty += coefficient * coefficient }
        var loss = 0.0
        for row in margins.indices where weights[row] != 0 {
            let signed = labels[row] ? margins[row] : -margins[row]
            // log(1 + e^−m) without overflow.
            let tail = naturalLogarithm(1 + exponential(-abs(signed)))
            loss += weights[row] * (signed < 0 ? tail - signed : tail)
        }
        return penalty / 2 + inverseRegularisation * loss
    }

    private func derivatives(
        at coefficients: [Double], _ margins: [Double], _ features: FeatureMatrix, _ labels: [Bool], _ weights: [Double]
    ) -> (gradient: [Double], hessian: [Double]) {
        let width = features.width
        let size = width + 1
        var gradient = [Double](repeating: 0, count: size)
        // The lower triangle, by row.
        var hessian = [Double](repeating: 0, count: size * size)
        let values = features.values.span
        var total = 0.0
        for row in margins.indices where weights[row] != 0 {
            let tail = exponential(-abs(margins[row]))
            let probability = margins[row] > 0 ? 1 / (1 + tail) : tail / (1 + tail)
            let residual = weights[row] * (labels[row] ? -(margins[row] > 0 ? tail / (1 + tail) : 1 / (1 + tail)) : probability)
            let curvature = weights[row] * tail / ((1 + tail) * (1 + tail))
            total += weights[row]
            let start = row &* width
            for first in 0..<width {
                let x = values[start &+ first]
                gradient[first] += residual * x
                let scaled = curvature * x
                for second in 0...first { hessian[first &* size &+ second] += scaled * values[start &+ second] }
                hessian[width &* size &+ first] += scaled
            }
            gradient[width] += residual
            hessian[width * size + width] += curvature
        }
        for index in gradient.indices { gradient[index] *= inverseRegularisation }
        for index in hessian.indices { hessian[index] *= inverseRegularisation }
        for feature in 0..<width {
            gradient[feature] += coefficients[feature]
            hessian[feature * size + feature] += 1
        }
        // Keeps the step finite where every row is decided for certain; the minimum does not depend on it.
        hessian[width * size + width] += 1e-12 * inverseRegularisation * total
        return (gradient, hessian)
    }
}
