import Glibc

/// How XGBoost and LightGBM make answers of their trees' sums.
///
/// In 32 bits, as XGBoost computes, each operation is one of `Float` and exponentials are the C library's `expf`; in 64 bits, as LightGBM does, its `exp`.
/// Both libraries call the same functions of the same C library, so on one machine the bits are theirs.
///
/// - Source: XGBoost 3.2, `src/common/math.h`, `src/objective/regression_loss.h`, `multiclass_obj.cu`; LightGBM 4.7, `src/objective/*.hpp`.
package struct BoosterLink: Hashable, Sendable {
    package enum Form: Hashable, Sendable {
        case identity
        case exponential
        /// `1 / (1 + exp(−factor · s))`
        case logistic(factor: Double)
        /// `sign(s) · s²`
        case signedSquare
        /// `log(1 + exp(s))`
        case softplus
        /// 1 where the sum is above 0, else 0.
        case hinge
        /// `exp(sₖ − max s) / Σ`; the class is that of the greatest sum, or of the greatest probability.
        case softmax(classByProbability: Bool)
        /// Each class's own logistic, which need not add up to 1.
        case eachLogistic(factor: Double)
    }

    package var form: Form
    package var isFloat: Bool

    package init(_ form: Form, isFloat: Bool) {
        self.form = form
        self.isFloat = isFloat
    }

    /// Whether each class has a sum of its own.
    package var isPerClass: Bool {
        switch form {
        case .softmax, .eachLogistic: true
        default: false
        }
    }

    /// What attributions add up to.
    package var space: String {
        switch form {
        case .identity, .signedSquare, .softplus, .hinge: "raw"
        case .exponential: "log"
        case .logistic, .softmax, .eachLogistic: "log-odds"
        }
    }

    /// What is predicted of sums where there is one.
    package func numbers(_ sums: [Double]) -> [Double] {
        switch form {
        case .identity, .softmax: sums
        case .exponential: isFloat ? sums.map { Double(expf(Float($0))) } : sums.map { exp($0) }
        case .logistic(let factor), .eachLogistic(let factor): sums.map { logistic($0, factor) }
        case .signedSquare: sums.map { ($0 > 0 ? 1 : $0 < 0 ? -1 : 0) * $0 * $0 }
        case .softplus: sums.map { log1p(exp($0)) }
        case .hinge: sums.map { $0 > 0 ? 1 : 0 }
        }
    }

    private func logistic(_ sum: Double, _ factor: Double) -> Double {
        guard isFloat else { return 1 / (1 + exp(-factor * sum)) }
        // Beyond 88.7 the exponential would be infinite.
        let exponent = min(-Float(sum), 88.7)
        return Double(1 / (expf(exponent) + 1 + 1e-16))
    }

    /// One array of rows for each class.
    package func probabilities(_ scores: [[Double]]) -> [[Double]] {
        switch form {
        case .softmax: return isFloat ? Self.softmax(scores) : Softmax.probabilities(scores)
        case .eachLogistic: return scores.map { numbers($0) }
        default:
            let second = numbers(scores[0])
            return [second.map { 1 - $0 }, second]
        }
    }

    /// Sums of exponentials in 64 bits, everything else in 32.
    private static func softmax(_ scores: [[Double]]) -> [[Double]] {
        var result = scores
        var shares = [Float](repeating: 0, count: scores.count)
        for row in scores[0].indices {
            var top = Float(scores[0][row])
            for score in scores where Float(score[row]) > top { top = Float(score[row]) }
            var sum = 0.0
            for index in shares.indices {
                shares[index] = expf(Float(scores[index][row]) - top)
                sum += Double(shares[index])
            }
            for index in shares.indices { result[index][row] = Double(shares[index] / Float(sum)) }
        }
        return result
    }

    /// Each row's class by index: the second of two where its probability is above one half; else the first with the greatest one.
    package func predictedClasses(_ scores: [[Double]]) -> [Int] {
        switch form {
        case .softmax(let classByProbability): Softmax.greatest(classByProbability ? probabilities(scores) : scores)
        case .eachLogistic: Softmax.greatest(probabilities(scores))
        default: numbers(scores[0]).map { $0 > 0.5 ? 1 : 0 }
        }
    }
}
