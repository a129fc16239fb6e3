import AssayTerms

/// How far a measure of independent rows may be off: its standard error, and the scale on which it is about normal.
package struct SamplingError: Hashable, Sendable {
    package enum Scale: Hashable, Sendable {
        /// Any number.
        case plain
        /// Above 0.
        case logarithm
        /// Below 1, where 1 − x is about log-normal, as for R².
        case logarithmOfRest
        /// Between `least` and 1.
        case logit(least: Double)
    }

    /// Of the value itself, whatever the scale.
    package var deviation: Double
    package var scale: Scale
    /// The rows behind the standard error: of the smaller class where it has two parts.
    package var rows: Int

    package init(deviation: Double, scale: Scale, rows: Int) {
        self.deviation = deviation
        self.scale = scale
        self.rows = rows
    }

    /// What lies within `critical` standard errors on the scale, by the delta method. `nil` where the value stands at the end
    /// of its range, or the standard error is 0 and says nothing.
    package func limits(_ value: Double, critical: Double) -> (low: Double, high: Double)? {
        guard deviation > 0, deviation.isFinite else { return nil }
        switch scale {
        case .plain: return (value - critical * deviation, value + critical * deviation)
        case .logarithm:
            guard value > 0 else { return nil }
            let factor = exponential(critical * deviation / value)
            return factor.isFinite ? (value / factor, value * factor) : nil
        case .logarithmOfRest:
            guard value < 1 else { return nil }
            let factor = exponential(critical * deviation / (1 - value))
            return factor.isFinite ? (1 - (1 - value) * factor, 1 - (1 - value) / factor) : nil
        case .logit(let least):
            let share = (value - least) / (1 - least)
            guard share > 0, share < 1 else { return nil }
            let logit = naturalLogarithm(share) - naturalLogarithm(1 - share)
            let half = critical * deviation / (1 - least) / (share * (1 - share))
            return (least + (1 - least) * logistic(logit - half), least + (1 - least) * logistic(logit + half))
        }
    }

    /// Of a weighted mean of independent rows: `√(n / (n − 1) · Σ w² (x − x̄)²) / Σ w`, the usual one for equal weights.
    ///
    /// - Returns: `nil` with fewer than two rows or without weight.
    /// - Source: the sandwich (linearisation) estimator for a ratio of sums, Särndal, C.-E., Swensson, B. and Wretman, J.
    ///   (1992). Model Assisted Survey Sampling, section 5.5.
    package static func ofMean(
        _ terms: [Double], weights: [Double]?, mean: Double, scale: Scale
    ) -> SamplingError? {
        let rows = Double(terms.count)
        let total = weights.map { blockedSum(of: $0) } ?? rows
        guard rows > 1, total > 0 else { return nil }
        let squares = blockedSum(
            of: terms.indices.map { row in
                let part = (weights?[row] ?? 1) * (terms[row] - mean)
                return part * part
            })
        let deviation = (rows / (rows - 1) * squares).squareRoot() / total
        return SamplingError(deviation: deviation, scale: scale, rows: terms.count)
    }
}

extension Estimate {
    /// With the interval that the standard error gives, from `JackknifeInterval.minimumRowCount` rows on.
    init(_ value: Double, error: SamplingError?, method: String) {
        self.init(value)
        guard let error, error.rows >= JackknifeInterval.minimumRowCount,
            let limits = error.limits(value, critical: NormalDistribution.upperQuantile975)
        else { return }
        self.error = error
        interval = Interval(low: limits.low, high: limits.high, level: 0.95, method: method)
    }
}
