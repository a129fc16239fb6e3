/// What kind of harm a risk does. The raw values are written in papers.
package enum RiskCategory: String, Sendable, CaseIterable {
    case accuracy
    case fairness = "bias-and-fairness"
    case fit = "over-and-underfitting"
    case dataQuality = "data-quality"
    case operational
    case security
}
