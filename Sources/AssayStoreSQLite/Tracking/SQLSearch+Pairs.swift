import AssayTerms
import GRDB

extension SQLSearch {
    /// A clause on a key in a table of keys and values that belong to `owner`.
    ///
    /// - Parameter leads: whether the index of keys and values may lead to the owners; otherwise each owner is tried.
    mutating func require(
        pairs table: String, of ownerColumn: String, _ owner: String, _ clause: SearchClause, leads: Bool = true
    ) throws(AssayError) {
        let found = "EXISTS (SELECT 1 FROM \(table) AS pair WHERE pair.\(ownerColumn) = \(owner) AND pair.key = ?"
        switch clause.comparator {
        case .isNull: require("NOT \(found))", [clause.key])
        case .isNotNull: require("\(found))", [clause.key])
        case .equal where leads:
            // The index of keys and values leads to the owners at once.
            require(
                "\(owner) IN (SELECT pair.\(ownerColumn) FROM \(table) AS pair WHERE pair.key = ? AND pair.value = ?)",
                [clause.key, clause.value.argument])
        default:
            let (sql, values) = try Self.comparison(of: "pair.value", clause)
            require("\(found) AND \(sql))", [clause.key] + values)
        }
    }

    /// A clause on the number in a row of `alias.value` and `alias.isNaN`: NaN differs from every number and has no order.
    static func metricComparison(
        _ alias: String, _ clause: SearchClause
    ) throws(AssayError) -> (String, [(any DatabaseValueConvertible)?]) {
        let (sql, values) = try comparison(of: "\(alias).value", clause)
        return clause.comparator == .notEqual
            ? ("(\(sql) OR \(alias).isNaN = 1)", values) : ("(\(sql) AND \(alias).isNaN = 0)", values)
    }
}
