import AssayTerms

/// Whether a group measure could meet its limit at all with the rows there are, were the groups equal.
///
/// Judged by its interval, a gap of exactly 0 (a ratio of exactly 1) still has a margin of error. If that margin alone
/// passes the limit, the table is too small to show anything good, and saying "fail" would be saying too much.
///
/// The margin at parity is taken as the larger of two, both to first order in 1/√rows:
/// - the reported interval's own margin on the side that matters, relative to the value for ratios;
/// - for measures whose group values are rates, `z √(p(1−p)(1/nₐ + 1/n_b))` for the two smallest groups, with p the
///   pooled rate, divided by p for ratios; z = 1.959963984540054 is the two-sided 95 % point of one comparison, which
///   any simultaneous interval of at least that level exceeds. Levels below 0.95 use the first alone.
///
/// Margins shrink with the square root of the rows, so `rows × (margin / room)²` rows with the same shares of groups
/// are needed, where `room` is the distance from parity to the limit. That is a lower estimate and is called one.
/// Only sums, products, quotients and square roots are used, which are the same bits on every machine.
enum RowsNeeded {
    private static let singleComparison95 = 1.959963984540054
    /// Beyond this many rows the advice is "more rows than can be", and conversion to `Int` stays safe.
    private static let largest = 1e15

    /// `nil` where the rows suffice, or the check has no parity to speak of.
    static func estimate(_ result: CheckResult, descriptor: CheckDescriptor, limit: Limit) -> Int? {
        guard descriptor.needs.contains(.sensitive), result.rows > 0, let value = result.value,
            let interval = result.interval, value.isFinite, interval.low.isFinite, interval.high.isFinite,
            case .range(let lower, let upper) = limit.shape
        else { return nil }
        let isRatio: Bool
        switch descriptor.direction {
        case .zeroIsParity: isRatio = false
        case .oneIsParity: isRatio = true
        // A rate over all rows (fairness.selection_rate) is judged as it is; it has no parity.
        case .lowerIsBetter where descriptor.id.hasSuffix("_difference"): isRatio = false
        case .higherIsBetter where descriptor.id.hasSuffix("_ratio"): isRatio = true
        case .lowerIsBetter, .higherIsBetter, .none: return nil
        }
        let parity: Double = isRatio ? 1 : 0
        let scale = isRatio ? value : 1
        guard scale > 0 else { return nil }
        let counted = countedMargin(result, isRatio: isRatio, level: interval.level)
        let up = max((interval.high - value) / scale, counted)
        let down = max((value - interval.low) / scale, counted)

        var needed = 1.0
        func require(margin: Double, room: Double) {
            // A limit at or beyond parity is no question of rows.
            guard room > 0, margin > room else { return }
            needed = max(needed, (margin / room) * (margin / room))
        }
        if let upper = upper.flatMap({ Double($0.text) }) {
            // A measure that is never negative has no margin below its parity at 0.
            require(margin: limit.usesMagnitude ? max(up, down) : up, room: upper - parity)
        }
        if let lower = lower.flatMap({ Double($0.text) }), !limit.usesMagnitude {
            let reachesBelow = isRatio || descriptor.direction == .zeroIsParity
            if reachesBelow { require(margin: down, room: parity - lower) }
        }
        guard needed > 1 else { return nil }
        return Int(min((Double(result.rows) * needed).rounded(.up), largest))
    }

    private static func countedMargin(_ result: CheckResult, isRatio: Bool, level: Double) -> Double {
        guard level >= 0.95 else { return 0 }
        let rates = result.groups.compactMap { group -> (count: Double, rate: Double)? in
            guard group.count > 0, let value = group.value, (0...1).contains(value) else { return nil }
            return (Double(group.count), value)
        }
        guard rates.count == result.groups.count, rates.count >= 2 else { return 0 }
        let total = rates.reduce(0) { $0 + $1.count }
        let pooled = rates.reduce(0) { $0 + $1.count * $1.rate } / total
        guard pooled > 0, pooled < 1 else { return 0 }
        let smallest = rates.map(\.count).sorted().prefix(2)
        let spread = pooled * (1 - pooled) * smallest.reduce(0) { $0 + 1 / $1 }
        return singleComparison95 * spread.squareRoot() / (isRatio ? pooled : 1)
    }
}
