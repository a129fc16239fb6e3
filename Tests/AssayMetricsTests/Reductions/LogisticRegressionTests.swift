import AssayMetrics
import Testing

/// The gradient is 0 at the answer, and weights are what they say.
@Suite struct LogisticRegressionTests {
    private func rows(_ count: Int, seed: UInt64) -> (features: FeatureMatrix, labels: [Bool], weights: [Double]) {
        var draw = SplitMix64(seed: seed)
        var features = FeatureMatrix(width: 3)
        var labels: [Bool] = []
        var weights: [Double] = []
        for _ in 0..<count {
            let row = (0..<3).map { _ in 4 * draw.nextUnit() - 2 }
            features.append(row)
            labels.append(draw.nextUnit() < logistic(row[0] - row[1] / 2))
            weights.append((draw.nextUnit() * 4).rounded())
        }
        return (features, labels, weights)
    }

    @Test(arguments: [0.01, 1, 1000]) func theGradientIsZero(inverse: Double) throws {
        let (features, labels, weights) = rows(400, seed: 3)
        var regression = LogisticRegression()
        regression.inverseRegularisation = inverse
        guard case .linear(let intercept, let coefficients) = try regression.fit(features, labels: labels, weights: weights) else {
            Issue.record("no linear classifier")
            return
        }
        var gradient = coefficients + [0]
        for row in labels.indices {
            let values = features.values[(row * 3)..<(row * 3 + 3)]
            let margin = zip(coefficients, values).reduce(intercept) { $0 + $1.0 * $1.1 }
            let residual = inverse * weights[row] * (logistic(margin) - (labels[row] ? 1 : 0))
            for (feature, value) in values.enumerated() { gradient[feature] += residual * value }
            gradient[3] += residual
        }
        // 400 terms up to 4 · 2 · C, each off by a few roundings.
        for element in gradient { #expect(abs(element) < 1e-11 * max(1, inverse)) }
    }

    @Test func weightTwoIsARowTwice() throws {
        let (features, labels, weights) = rows(120, seed: 8)
        var repeated = FeatureMatrix(width: 3)
        var repeatedLabels: [Bool] = []
        for row in labels.indices {
            for _ in 0..<Int(weights[row]) {
                repeated.append(features.values[(row * 3)..<(row * 3 + 3)])
                repeatedLabels.append(labels[row])
            }
        }
        let regression = LogisticRegression()
        let one = try regression.fit(features, labels: labels, weights: weights)
        let other = try regression.fit(repeated, labels: repeatedLabels, weights: [Double](repeating: 1, count: repeatedLabels.count))
        guard case .linear(let first, let left) = one, case .linear(let second, let right) = other else {
            Issue.record("no linear classifier")
            return
        }
        #expect(abs(first - second) < 1e-11)
        for (own, twin) in zip(left, right) { #expect(abs(own - twin) < 1e-11) }
    }

    @Test func oneLabelIsAConstant() throws {
        let (features, labels, weights) = rows(10, seed: 1)
        #expect(try LogisticRegression().fit(features, labels: labels.map { _ in true }, weights: weights) == .constant(true))
    }

    /// Rows that a line parts for certain, and features of like size but no scale: the penalty bounds the coefficients.
    @Test(arguments: [1e-3, 1, 1e4]) func separatedRowsHaveAnAnswer(scale: Double) throws {
        var features = FeatureMatrix(width: 1)
        for value in [-3.0, -2, -1, 1, 2, 3] { features.append([value * scale]) }
        let labels = [false, false, false, true, true, true]
        let fitted = try LogisticRegression().fit(features, labels: labels, weights: [Double](repeating: 1, count: 6))
        #expect(fitted.decisions(features) == labels)
    }
}
