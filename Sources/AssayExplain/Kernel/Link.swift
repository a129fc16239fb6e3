import AssayMetrics
import AssayTerms

/// In which space attributions add up to what the model answers.
package enum Link: String, Sendable, CaseIterable {
    case identity
    /// Log-odds of probabilities: of the mean over the background, not the mean of log-odds, as shap has it.
    case logit

    /// - Throws: `unsupported` where a probability of 0 or 1 has no log-odds.
    func callAsFunction(_ value: Double) throws(AssayError) -> Double {
        switch self {
        case .identity: return value
        case .logit:
            guard value > 0, value < 1 else {
                throw AssayError(
                    .unsupported,
                    "the model answers with a probability of 0 or 1, which has no log-odds; explain probabilities, with --link identity")
            }
            return naturalLogarithm(value) - naturalLogarithm(1 - value)
        }
    }
}
