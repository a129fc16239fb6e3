import AssayTerms

/// Exact comparisons of values with limits.
enum LimitTest {
    static func admits(_ value: Double, _ limit: Limit) -> Bool {
        guard case .range(let lower, let upper) = limit.shape, !value.isNaN else { return false }
        let value = limit.usesMagnitude ? value.magnitude : value
        return isAbove(value, lower) && isBelow(value, upper)
    }

    /// Whether every value of the interval keeps to the limit: both ends must, and without sign also the point
    /// nearest to 0.
    static func admits(_ interval: Interval, _ limit: Limit) -> Bool {
        guard interval.low <= interval.high else { return false }
        guard limit.usesMagnitude else { return admits(interval.low, limit) && admits(interval.high, limit) }
        return admits(interval.low, limit) && admits(interval.high, limit)
            && (interval.low > 0 || interval.high < 0 || admits(0, limit))
    }

    /// Whether some value of the interval keeps to the limit. Where none does, the limit is shown to be broken,
    /// however few the rows.
    static func touches(_ interval: Interval, _ limit: Limit) -> Bool {
        guard interval.low <= interval.high, case .range(let lower, let upper) = limit.shape else { return false }
        var low = interval.low
        var high = interval.high
        if limit.usesMagnitude {
            let ends = [low.magnitude, high.magnitude]
            low = interval.low <= 0 && interval.high >= 0 ? 0 : min(ends[0], ends[1])
            high = max(ends[0], ends[1])
        }
        return isAbove(high, lower) && isBelow(low, upper)
    }

    /// How bad a value is: the larger the worse. `nil` where no direction is worse or the value is not finite.
    static func badness(_ value: Double, _ direction: CheckDescriptor.Direction) -> ExactDecimal? {
        guard let exact = ExactDecimal(shortest: value), let one = ExactDecimal("1") else { return nil }
        return switch direction {
        case .higherIsBetter: -exact
        case .lowerIsBetter: exact
        case .zeroIsParity: exact.magnitude
        case .oneIsParity: (exact - one).magnitude
        case .none: nil
        }
    }

    private static func isAbove(_ value: Double, _ bound: Limit.Bound?) -> Bool {
        guard let bound else { return true }
        guard let exact = ExactDecimal(shortest: value) else { return value > 0 }
        return bound.isInclusive ? exact >= bound.decimal : exact > bound.decimal
    }

    private static func isBelow(_ value: Double, _ bound: Limit.Bound?) -> Bool {
        guard let bound else { return true }
        guard let exact = ExactDecimal(shortest: value) else { return value < 0 }
        return bound.isInclusive ? exact <= bound.decimal : exact < bound.decimal
    }
}
