import AssayTerms

/// How unevenly a benefit is spread: each row's is `b = ŷ − y + 1`, so 0 for a missed positive, 2 for a false one, 1 for all
/// others. Zero is equality; higher is more uneven. Functions of counts alone.
///
/// With row weights the means are weighted; AIF360 leaves weights out of these measures.
///
/// - Source: Speicher, T. et al. (2018). A unified approach to quantifying algorithmic unfairness. KDD 2018, equations 2, 5;
///   AIF360 0.6 `generalized_entropy_index`, `theil_index`, `coefficient_of_variation`, `between_group_*`,
///   `between_all_groups_*`.
package struct BenefitInequality: Sendable {
    /// Amounts of rows that have each benefit.
    private let masses: [(amount: Double, benefit: Double)]

    /// Over all rows.
    package init(_ confusion: Confusion) {
        masses = [
            (confusion.falseNegatives, 0), (confusion.trueNegatives + confusion.truePositives, 1),
            (confusion.falsePositives, 2),
        ]
    }

    /// Between groups: every row has the mean benefit of its group.
    package init(groups: [Confusion]) {
        masses = groups.filter { $0.total > 0 }.map { group in
            (group.total, (2 * group.falsePositives + group.trueNegatives + group.truePositives) / group.total)
        }
    }

    /// `mean ((b/μ)² − 1) / 2`, 0 and above.
    package var generalizedEntropy: Estimate {
        indexed { ratio in (ratio * ratio - 1) / 2 }
    }

    /// `mean (b/μ) ln (b/μ)`, 0 and above.
    package var theil: Estimate {
        indexed { ratio in ratio > 0 ? ratio * naturalLogarithm(ratio) : 0 }
    }

    /// `√(2 · generalized entropy)`, the standard deviation of the benefit over its mean.
    package var coefficientOfVariation: Estimate {
        var estimate = generalizedEntropy
        estimate.value = estimate.value.map { (2 * $0).squareRoot() }
        return estimate
    }

    private func indexed(_ term: (Double) -> Double) -> Estimate {
        let total = masses.reduce(0) { $0 + $1.amount }
        guard total > 0 else { return Estimate(undefined: "no row has both a label and a prediction") }
        let mean = masses.reduce(0) { $0 + $1.amount * $1.benefit } / total
        guard mean > 0 else { return Estimate(undefined: "no row has any benefit: all are missed positives") }
        let sum = masses.reduce(0) { $0 + ($1.amount > 0 ? $1.amount * term($1.benefit / mean) : 0) }
        // Rounding of terms of both signs can end just below 0.
        return Estimate(max(0, sum / total))
    }
}
