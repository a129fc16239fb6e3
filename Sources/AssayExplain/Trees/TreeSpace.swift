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

    /// `(g(a) − g(b)) / (a − b)`, and g's slope where both are equal, by forms that do not subtract what is nearly equal: margins that differ by
    /// rounding alone have the slope's digits, and not those of a difference of nothing.
    func quotient(_ a: Double, _ b: Double) -> Double {
        let (high, low) = (max(a, b), min(a, b))
        switch form {
        case .identity: return 1
        case .logistic(let factor):
            // σ(x) − σ(y) = σ(x) σ(−y) (1 − e^(y − x))
            let (x, y) = factor < 0 ? (factor * low, factor * high) : (factor * high, factor * low)
            return factor * Self.logistic(x) * Self.logistic(-y) * Self.decay(x - y)
        case .exponential: return exponential(high) * Self.decay(high - low)
        case .logisticLoss(let factor, let isSecond):
            let scale = isSecond ? -factor : factor
            let (x, y) = scale < 0 ? (scale * low, scale * high) : (scale * high, scale * low)
            let d = x - y
            // softplus(x) − softplus(y) = log(1 + σ(y) (e^d − 1))
            guard d < 1 else { return scale * (Self.softplus(x) - Self.softplus(y)) / d }
            guard d > 0 else { return scale * Self.logistic(x) }
            // e^d − 1 = e^d d · (1 − e^(−d)) / d
            return scale * Self.logarithm(onePlus: Self.logistic(y) * exponential(d) * d * Self.decay(d)) / d
        case .shareLoss(let isSecond):
            let (x, y) = isSecond ? (high, low) : (1 - low, 1 - high)
            let d = x - y
            let slope = d > 0 ? Self.logarithm(onePlus: d / y) / d : 1 / y
            return isSecond ? -slope : slope
        }
    }

    /// `(1 − e^(−d)) / d` for d from 0, 1 at 0.
    private static func decay(_ d: Double) -> Double {
        let kept = exponential(-d)
        guard kept < 1 else { return 1 }
        // The logarithm of what the exponential was rounded to takes its rounding back (Higham, section 1.14.1).
        return d < 1 ? (1 - kept) / -naturalLogarithm(kept) : (1 - kept) / d
    }

    /// `log(1 + u)` for u from 0.
    private static func logarithm(onePlus u: Double) -> Double {
        // 1 + u loses digits of u; what it keeps gives the logarithm's share of them.
        let kept = 1 + u
        return kept == 1 ? u : kept.isInfinite ? naturalLogarithm(u) : naturalLogarithm(kept) * u / (kept - 1)
    }

    private static func logistic(_ x: Double) -> Double {
        let small = exponential(-x.magnitude)
        return x >= 0 ? 1 / (1 + small) : small / (1 + small)
    }

    /// `log(1 + exp(x))`, x above 0 as x and the rest.
    private static func softplus(_ x: Double) -> Double {
        max(x, 0) + logarithm(onePlus: exponential(-x.magnitude))
    }
}
