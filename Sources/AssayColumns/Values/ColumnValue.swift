package import AssayTerms

/// One value of a column, in the form in which values of different columns are compared.
///
/// Booleans, integers and floats are one number domain: `true`, 1 and 1.0 are the same value. Numbers, text
/// and timestamps are never equal to each other. Two values are equal exactly when their cases and contents are,
/// which holds because the initialisers give each number one form only.
package enum ColumnValue: Hashable, Sendable {
    /// A number without a fraction, within `Int64`.
    case integer(Int64)
    /// Any other number, infinities included; never a NaN, and never what `integer` could hold exactly.
    case fraction(Double)
    case text(Text)
    /// Microseconds since 1970, UTC.
    case timestamp(Int64)

    package init(_ value: Bool) { self = .integer(value ? 1 : 0) }
    package init(_ value: Int64) { self = .integer(value) }

    /// `nil` for NaN, which is a missing value and no number.
    package init?(_ value: Double) {
        if let integer = Int64(exactly: value) {
            self = .integer(integer)
        } else if value.isNaN {
            return nil
        } else {
            self = .fraction(value)
        }
    }

    /// The kinds of value that can be equal to each other.
    package enum Domain: String, Sendable {
        case numbers
        case text
        case timestamps
    }

    package var domain: Domain {
        switch self {
        case .integer, .fraction: .numbers
        case .text: .text
        case .timestamp: .timestamps
        }
    }

    /// The number as a double, rounded to nearest where an integer is beyond 2^53; `nil` for other domains.
    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .fraction(let value): value
        case .text, .timestamp: nil
        }
    }

    /// How the value is written as a group's or a class's name: text as it is, numbers in the shortest decimal
    /// form that reads back as the same number (true is 1), timestamps as ISO 8601 in UTC.
    package var name: Text {
        switch self {
        case .integer(let value): Text(String(value))
        case .fraction(let value): Text(ShortestDecimal.text(of: value))
        case .text(let text): text
        case .timestamp(let microseconds): Text(Timestamp.text(microseconds: microseconds))
        }
    }
}

extension ColumnValue: Comparable {
    /// Numbers by value (integers and fractions exactly), before timestamps by time, before text by bytes.
    package static func < (left: ColumnValue, right: ColumnValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.fraction(let left), .fraction(let right)): left < right
        case (.integer(let left), .fraction(let right)): isLess(left, right)
        case (.fraction(let left), .integer(let right)): !isLess(right, left)
        case (.timestamp(let left), .timestamp(let right)): left < right
        case (.text(let left), .text(let right)): left < right
        default: left.domain.rank < right.domain.rank
        }
    }

    /// `fraction` is never a whole number that `Int64` holds, so the two are never equal, and an integer is below
    /// it exactly when it is at most its floor. Rounding the integer to a double would not be exact.
    private static func isLess(_ integer: Int64, _ fraction: Double) -> Bool {
        guard let floor = Int64(exactly: fraction.rounded(.down)) else { return fraction > 0 }
        return integer <= floor
    }
}

extension ColumnValue.Domain {
    fileprivate var rank: Int {
        switch self {
        case .numbers: 0
        case .timestamps: 1
        case .text: 2
        }
    }
}

extension ColumnType {
    /// What the column's values can be equal to.
    package var domain: ColumnValue.Domain {
        switch self {
        case .boolean, .int64, .double: .numbers
        case .text: .text
        case .timestamp: .timestamps
        }
    }
}
