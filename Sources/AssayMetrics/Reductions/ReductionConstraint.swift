/// What the groups of a reduced classifier have to have in common. Raw values follow Fairlearn's moments.
///
/// - Source: Fairlearn 0.15 `fairlearn.reductions.UtilityParity`; Agarwal, A., Beygelzimer, A., Dudík, M., Langford, J. and
///   Wallach, H. (2018). A reductions approach to fair classification. ICML, examples 1 to 4.
package enum ReductionConstraint: String, Sendable, CaseIterable {
    /// `P(h = 1)`.
    case demographicParity = "demographic_parity"
    /// `P(h = 1 | y)` for both labels.
    case equalizedOdds = "equalized_odds"
    /// `P(h = 1 | y = 1)`.
    case truePositiveRateParity = "true_positive_rate_parity"
    /// `P(h = 1 | y = 0)`.
    case falsePositiveRateParity = "false_positive_rate_parity"
    /// `P(h ≠ y)`.
    case errorRateParity = "error_rate_parity"
}
