package import AssayTerms

/// One value of an input column, in the one domain of numbers and texts: 1, 1.0 and true are the same cell,
/// and a number never equals a text.
///
/// Source: Python's `==` and `hash`, which scikit-learn's encoders and imputers rest on.
package enum Cell: Hashable, Sendable {
    /// NaN, None, or no value at all. Our columns know one kind of missing.
    case missing
    case integer(Int64)
    /// Not an integer of 64 bits, and not NaN.
    case number(Double)
    case text(Text)

    package init(_ value: Double) {
        if value.isNaN {
            self = .missing
        } else if let integer = Int64(exactly: value) {
            self = .integer(integer)
        } else {
            self = .number(value)
        }
    }

    package init(_ value: Bool) { self = .integer(value ? 1 : 0) }

    /// The value as a number, NaN for missing, `nil` for text.
    package var double: Double? {
        switch self {
        case .missing: .nan
        case .integer(let value): Double(value)
        case .number(let value): value
        case .text: nil
        }
    }
}
