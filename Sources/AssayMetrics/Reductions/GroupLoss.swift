/// What being off costs.
///
/// - Source: Fairlearn 0.15 `SquareLoss`, `AbsoluteLoss`, `ZeroOneLoss`.
package enum GroupLoss: Hashable, Sendable {
    /// 1 for a wrong decision.
    case zeroOne
    /// `(label − value)²`, both brought into the range first.
    case square(ClosedRange<Double>)
    /// `|label − value|`, both brought into the range first.
    case absolute(ClosedRange<Double>)

    package func loss(label: Double, value: Double) -> Double {
        func within(_ range: ClosedRange<Double>, _ value: Double) -> Double { min(max(value, range.lowerBound), range.upperBound) }
        switch self {
        case .zeroOne: return label == value ? 0 : 1
        case .square(let range):
            let distance = within(range, label) - within(range, value)
            return distance * distance
        case .absolute(let range): return abs(within(range, label) - within(range, value))
        }
    }
}
