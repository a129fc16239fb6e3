/// The types a column can have. Booleans, integers and floats are one number domain: 1 = 1.0 = true.
package enum ColumnType: String, Sendable, CaseIterable {
    case boolean
    case int64
    case double
    case text
    /// Microseconds since 1970-01-01T00:00:00Z.
    case timestamp
}
