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

    func contains(_ value: ColumnValue) -> Bool {
        if let least, value < least || (isStrictLeast && value == least) { return false }
        if let greatest, greatest < value || (isStrictGreatest && value == greatest) { return false }
        return true
    }

    /// `nil` and NaN are within no bounds.
    func contains(_ number: Double?) -> Bool { number.flatMap { ColumnValue($0) }.map { contains($0) } ?? false }
}
