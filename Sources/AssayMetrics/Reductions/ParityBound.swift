/// How far a group's rate may lie from that of all rows.
///
/// - Source: Fairlearn 0.15 `UtilityParity(difference_bound=…)` and `(ratio_bound=…, ratio_bound_slack=…)`.
package enum ParityBound: Hashable, Sendable {
    /// `|group − all| ≤ bound`.
    case difference(Double)
    /// `ratio · group − all ≤ slack` and `ratio · all − group ≤ slack`: with slack 0 each is at least `ratio` of the other.
    case ratio(Double, slack: Double)

    package static let standard = ParityBound.difference(0.01)

    /// What the one side is multiplied by; 1 for differences.
    var ratio: Double {
        switch self {
        case .difference: 1
        case .ratio(let ratio, _): ratio
        }
    }

    /// What a violation may come to.
    var slack: Double {
        switch self {
        case .difference(let bound): bound
        case .ratio(_, let slack): slack
        }
    }
}
