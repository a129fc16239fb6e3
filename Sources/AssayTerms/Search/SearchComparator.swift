/// How a search clause compares. The raw value is the written form.
package enum SearchComparator: String, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    /// `%` stands for any characters, `_` for one; case matters.
    case like = "LIKE"
    /// As `LIKE`, without regard to the case of ASCII letters.
    case ilike = "ILIKE"
    case isIn = "IN"
    case isNotIn = "NOT IN"
    case isNull = "IS NULL"
    case isNotNull = "IS NOT NULL"
}
