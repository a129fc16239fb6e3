import AssayColumns
import AssayJSON
import AssayTerms

/// `min_value`, `max_value` and whether the bounds themselves are allowed.
struct ValueBounds {
    let least: ColumnValue?
    let greatest: ColumnValue?
    let isStrictLeast: Bool
    let isStrictGreatest: Bool

    /// - Throws: `invalidArgument` for bounds in the wrong order or of no kind of value; `unsupported` where the column's
    ///   values cannot be ordered with them.
    init(_ arguments: inout ExpectationArguments, type: ColumnType) throws(AssayError) {
        let given = try arguments.bounds()
        func read(_ json: JSONValue?) throws(AssayError) -> ColumnValue? {
            guard let json else { return nil }
            guard let value = ColumnValue(json, comparedWith: type) else {
                throw arguments.error("has a bound that is neither a number nor text")
            }
            guard value.domain == type.domain else {
                throw AssayError(
                    .unsupported, "the column holds \(type.domain.rawValue), and a bound is \(value.domain.rawValue)")
            }
            return value
        }
        least = try read(given.least)
        greatest = try read(given.greatest)
        isStrictLeast = given.isStrictLeast
        isStrictGreatest = given.isStrictGreatest
        if let least, let greatest, greatest < least {
            throw arguments.error("has a 'min_value' above its 'max_value'")
        }
    }

    init(below bound: ColumnValue, orEqual: Bool) {
        (least, greatest, isStrictLeast, isStrictGreatest) = (nil, bound, false, !orEqual)
    }

    init(above bound: ColumnValue, orEqual: Bool) {
        (least, greatest, isStrictLeast, isStrictGreatest) = (bound, nil, !orEqual, false)
    }

    func contains(_ value: ColumnValue) -> Bool {
        if let least, value < least || (isStrictLeast && value == least) { return false }
        if let greatest, greatest < value || (isStrictGreatest && value == greatest) { return false }
        return true
    }

    /// The whole numbers, or microseconds of a time, within the bounds; `nil` for none.
    var integers: ClosedRange<Int64>? {
        guard let low = least.map({ Self.lowest($0, isStrict: isStrictLeast) }) ?? .min,
            let high = greatest.map({ Self.highest($0, isStrict: isStrictGreatest) }) ?? .max
        else { return nil }
        return low <= high ? low...high : nil
    }

    /// The doubles within the bounds; `nil` for none.
    var fractions: ClosedRange<Double>? {
        guard let low = least.map({ Self.lowestDouble($0, isStrict: isStrictLeast) }) ?? -.infinity,
            let high = greatest.map({ Self.highestDouble($0, isStrict: isStrictGreatest) }) ?? .infinity
        else { return nil }
        return low <= high ? low...high : nil
    }

    private static func lowest(_ bound: ColumnValue, isStrict: Bool) -> Int64? {
        switch bound {
        case .integer(let value), .timestamp(let value): isStrict ? (value == .max ? nil : value + 1) : value
        case .fraction(let value): Int64(exactly: value.rounded(.up)) ?? (value < 0 ? .min : nil)
        case .text: nil
        }
    }

    private static func highest(_ bound: ColumnValue, isStrict: Bool) -> Int64? {
        switch bound {
        case .integer(let value), .timestamp(let value): isStrict ? (value == .min ? nil : value - 1) : value
        case .fraction(let value): Int64(exactly: value.rounded(.down)) ?? (value > 0 ? .max : nil)
        case .text: nil
        }
    }

    private static func lowestDouble(_ bound: ColumnValue, isStrict: Bool) -> Double? {
        switch bound {
        case .integer(let value):
            let near = Double(value)
            guard let exact = Int64(exactly: near), exact == value else {
                // No double is the bound: what is above it begins at the nearest that is.
                return ColumnValue(near).map { $0 < bound } ?? false ? near.nextUp : near
            }
            return isStrict ? near.nextUp : near
        case .fraction(let value): return isStrict ? (value == .infinity ? nil : value.nextUp) : value
        case .timestamp, .text: return nil
        }
    }

    private static func highestDouble(_ bound: ColumnValue, isStrict: Bool) -> Double? {
        switch bound {
        case .integer(let value):
            let near = Double(value)
            guard let exact = Int64(exactly: near), exact == value else {
                return ColumnValue(near).map { bound < $0 } ?? false ? near.nextDown : near
            }
            return isStrict ? near.nextDown : near
        case .fraction(let value): return isStrict ? (value == -.infinity ? nil : value.nextDown) : value
        case .timestamp, .text: return nil
        }
    }

    /// `nil` and NaN are within no bounds.
    func contains(_ number: Double?) -> Bool { number.flatMap { ColumnValue($0) }.map { contains($0) } ?? false }
}
