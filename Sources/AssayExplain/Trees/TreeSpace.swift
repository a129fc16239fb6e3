import AssayMetrics

/// What of a model by trees is explained in place of its margin.
package enum TreeSpace: String, Sendable, CaseIterable {
    /// The scores that leaves add up to.
    case margin
    /// Of two classes the second's probability.
    case probability
    /// The number that is predicted, where it is the margin's exponential.
    case response
    /// The loss of the row's label under the probability, `-log p(label)`.
    case logLoss = "log-loss"
}

/// A function of the margin, with its derivative.
struct MarginFunction: Sendable {
    enum Form: Sendable {
        case identity
        case logistic(factor: Double)
        case exponential
        /// `-log p(label)`, p the logistic of the margin.
        case logisticLoss(factor: Double, isSecond: Bool)
        /// The same where the margin is the probability.
        case shareLoss(isSecond: Bool)
    }

    let form: Form

    func callAsFunction(_ margin: Double) -> Double {
        switch form {
        case .identity: margin
        case .logistic(let factor): Self.logistic(margin * factor)
        case .exponential: exponential(margin)
        case .logisticLoss(let factor, let isSecond): Self.softplus(isSecond ? -margin * factor : margin * factor)
        case .shareLoss(let isSecond): -naturalLogarithm(isSecond ? margin : 1 - margin)
        }
    }

    func slope(_ margin: Double) -> Double {
        switch form {
        case .identity: return 1
        case .logistic(let factor):
            let p = Self.logistic(margin * factor)
            return factor * p * (1 - p)
        case .exponential: return exponential(margin)
        case .logisticLoss(let factor, let isSecond):
            return isSecond ? -factor * Self.logistic(-margin * factor) : factor * Self.logistic(margin * factor)
        case .shareLoss(let isSecond): return isSecond ? -1 / margin : 1 / (1 - margin)
        }
    }

    private static func logistic(_ x: Double) -> Double {
        let small = exponential(-x.magnitude)
        return x >= 0 ? 1 / (1 + small) : small / (1 + small)
    }

    /// `log(1 + exp(x))`, x above 0 as x and the rest.
    private static func softplus(_ x: Double) -> Double {
        let u = exponential(-x.magnitude)
        // 1 + u loses digits of u; what it keeps gives the logarithm's share of them (Higham, section 1.14.1).
        let kept = 1 + u
        return max(x, 0) + (kept == 1 ? u : naturalLogarithm(kept) * u / (kept - 1))
    }
}
