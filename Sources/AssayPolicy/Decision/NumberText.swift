/// Numbers as people read them, without hiding which side of a limit they are on.
enum NumberText {
    /// `value` with at most four digits after the point, or with as many more as it takes not to read as one of
    /// `bounds` when it is not: 0.10004 beside the limit 0.1 stays 0.10004.
    static func text(_ value: Double, besides bounds: [ExactDecimal] = []) -> String {
        guard let exact = ExactDecimal(shortest: value) else {
            return value.isNaN ? "undefined" : value < 0 ? "-∞" : "∞"
        }
        for places in 4...12 {
            let rounded = exact.rounded(places: places)
            let keepsOrder = bounds.allSatisfy { (rounded < $0) == (exact < $0) && (rounded > $0) == (exact > $0) }
            let keepsValue = rounded != .zero || exact == .zero
            if keepsOrder, keepsValue { return rounded.description }
        }
        return value.description
    }

    /// `95 %`.
    static func percent(_ level: Double) -> String {
        guard let exact = ExactDecimal(shortest: level), let hundred = ExactDecimal("100") else { return "?" }
        return (exact * hundred).rounded(places: 2).description + " %"
    }
}
