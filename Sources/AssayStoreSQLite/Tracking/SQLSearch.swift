import AssayTerms
import GRDB

/// A search being put together: fixed SQL fragments with every value bound.
///
/// Sorting is by columns that are never ambiguous about missing values: a nullable expression becomes two columns, its
/// rank (0 a value, 1 NaN, 2 missing) and itself. A page continues after the values of its last row's columns, so pages
/// neither repeat nor skip rows that did not change.
struct SQLSearch {
    private struct SortColumn {
        let sql: String
        let ascending: Bool
    }

    private let table: String
    private var joins: [String] = []
    private var joinArguments: [any DatabaseValueConvertible] = []
    private var conditions: [String] = []
    private var arguments: [(any DatabaseValueConvertible)?] = []
    private var sort: [SortColumn] = []

    init(table: String) { self.table = table }

    // MARK: - Conditions

    /// `sql` has one `?` per argument.
    mutating func require(_ sql: String, _ values: [(any DatabaseValueConvertible)?] = []) {
        conditions.append("(\(sql))")
        arguments += values
    }

    mutating func require(_ column: String, in values: [any DatabaseValueConvertible]) {
        require("\(column) IN (\(Self.marks(values.count)))", values)
    }

    /// `column` compared as `clause` says.
    mutating func require(_ column: String, _ clause: SearchClause) throws(AssayError) {
        let (sql, values) = try Self.comparison(of: column, clause)
        require(sql, values)
    }

    /// The SQL of a comparison and its arguments. `column` must be one of our own names.
    static func comparison(
        of column: String, _ clause: SearchClause
    ) throws(AssayError) -> (String, [(any DatabaseValueConvertible)?]) {
        switch (clause.comparator, clause.value) {
        case (.isIn, .list(let values)): return ("\(column) IN (\(marks(values.count)))", values)
        case (.isNotIn, .list(let values)): return ("\(column) NOT IN (\(marks(values.count)))", values)
        case (.like, .text(let pattern)): return ("\(column) GLOB ?", [glob(like: pattern)])
        // SQLite's LIKE folds ASCII letters only, as MLflow's lower() on SQLite does.
        case (.ilike, .text(let pattern)): return ("\(column) LIKE ?", [pattern])
        case (.equal, let value), (.notEqual, let value), (.less, let value), (.lessOrEqual, let value),
            (.greater, let value), (.greaterOrEqual, let value):
            return ("\(column) \(clause.comparator.rawValue) ?", [value.argument])
        default:
            throw AssayError(.invalidArgument, "Invalid comparator '\(clause.comparator.rawValue)' for '\(clause.key)'.")
        }
    }

    /// The GLOB pattern that matches what the LIKE pattern matches, with regard to case.
    static func glob(like pattern: Text) -> Text {
        var glob = ""
        for scalar in pattern.string.unicodeScalars {
            switch scalar {
            case "%": glob.append("*")
            case "_": glob.append("?")
            case "*", "?", "[": glob.append("[\(scalar)]")
            default: glob.unicodeScalars.append(scalar)
            }
        }
        return Text(glob)
    }

    // MARK: - Order

    mutating func join(_ sql: String, _ values: [any DatabaseValueConvertible]) {
        joins.append(sql)
        joinArguments += values
    }

    /// Sorts by an expression that is never NULL.
    mutating func order(by sql: String, ascending: Bool) { sort.append(SortColumn(sql: sql, ascending: ascending)) }

    /// Sorts by an expression that may be NULL; such rows come last either way.
    mutating func order(byNullable sql: String, ascending: Bool) {
        sort.append(SortColumn(sql: "(\(sql) IS NULL) * 2", ascending: true))
        sort.append(SortColumn(sql: sql, ascending: ascending))
    }

    /// Sorts by a metric joined as `alias`: values, then NaN, then runs without it.
    mutating func order(byMetric alias: String, ascending: Bool) {
        let rank = "CASE WHEN \(alias).isNaN IS NULL THEN 2 ELSE \(alias).isNaN END"
        sort.append(SortColumn(sql: rank, ascending: true))
        sort.append(SortColumn(sql: "\(alias).value", ascending: ascending))
    }

    // MARK: - Running

    /// The keys of one page, in order, and where the next page begins.
    func page(of key: String, limit: Int, after: SearchPosition?, in database: Database) throws -> SearchPage<Int64> {
        var sql = "SELECT \(key)"
        for column in sort { sql += ", \(column.sql)" }
        sql += " FROM \(table)"
        for join in joins { sql += " \(join)" }
        var bound: [(any DatabaseValueConvertible)?] = joinArguments
        var all = conditions
        bound += arguments
        if let after {
            guard after.values.count == sort.count else {
                throw AssayError(.invalidArgument, "The page token does not belong to this search.")
            }
            let (condition, values) = continuation(after.values)
            all.append(condition)
            bound += values
        }
        if !all.isEmpty { sql += " WHERE " + all.joined(separator: " AND ") }
        sql += " ORDER BY " + sort.map { "\($0.sql) \($0.ascending ? "ASC" : "DESC")" }.joined(separator: ", ")
        // One row more than asked for tells whether there is another page.
        let (rowLimit, overflow) = limit.addingReportingOverflow(1)
        sql += " LIMIT ?"
        bound.append(overflow ? limit : rowLimit)
        let statement = try database.makeStatement(sql: sql)
        let rows = try Row.fetchAll(statement, arguments: StatementArguments(bound))
        let kept = rows.prefix(limit)
        var next: SearchPosition?
        if rows.count > limit, let last = kept.last {
            next = SearchPosition(values: (1...sort.count).map { SearchValue(last[$0] as DatabaseValue) })
        }
        return SearchPage(items: kept.map { $0[0] }, next: next)
    }

    /// (c₁ after v₁) or (c₁ is v₁ and ((c₂ after v₂) or …)).
    private func continuation(_ values: [SearchValue]) -> (String, [(any DatabaseValueConvertible)?]) {
        var sql = "0"
        var bound: [(any DatabaseValueConvertible)?] = []
        for (column, value) in zip(sort, values).reversed() {
            let comparison = column.ascending ? ">" : "<"
            sql = "(\(column.sql) \(comparison) ? OR (\(column.sql) IS ? AND \(sql)))"
            bound = [value.argument, value.argument] + bound
        }
        return (sql, bound)
    }

    private static func marks(_ count: Int) -> String {
        Array(repeating: "?", count: count).joined(separator: ", ")
    }
}
