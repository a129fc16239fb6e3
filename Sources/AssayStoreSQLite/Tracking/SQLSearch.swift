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

    private struct Join {
        let alias: String
        let sql: String
        let arguments: [any DatabaseValueConvertible]
    }

    private let table: String
    private var joins: [Join] = []
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
        // Patterns end at a zero byte, and no stored text has one.
        case (.like, .text(let pattern)) where pattern.utf8.contains(0), (.ilike, .text(let pattern)) where pattern.utf8.contains(0):
            return ("0", [])
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

    /// `alias` is the name under which `sql` joins its table.
    mutating func join(as alias: String, _ sql: String, _ values: [any DatabaseValueConvertible]) {
        joins.append(Join(alias: alias, sql: sql, arguments: values))
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
    ///
    /// - Parameter path: how the rows are come by; the page is the same along every path that leaves none out.
    func page(
        of key: String, limit: Int, after: SearchPosition?, along path: SQLPath? = nil, in database: Database
    ) throws -> SearchPage<Int64> {
        let rows = try rows(
            of: key, limit: Self.withOneMore(limit), after: after, along: path ?? SQLPath(from: table), in: database)
        return page(of: rows, limit: limit)
    }

    /// One row more than a page has tells whether there is another page.
    static func withOneMore(_ limit: Int) -> Int {
        let (more, overflow) = limit.addingReportingOverflow(1)
        return overflow ? limit : more
    }

    func page(of rows: [Row], limit: Int) -> SearchPage<Int64> {
        let kept = rows.prefix(limit)
        var next: SearchPosition?
        if rows.count > limit, let last = kept.last {
            next = SearchPosition(values: (1...sort.count).map { SearchValue(last[$0] as DatabaseValue) })
        }
        return SearchPage(items: kept.map { $0[0] }, next: next)
    }

    /// Rows of the key and the sort columns, in order.
    func rows(
        of key: String, limit: Int, after: SearchPosition?, along path: SQLPath, in database: Database
    ) throws -> [Row] {
        var sql = "SELECT \(key)"
        for (index, column) in sort.enumerated() { sql += ", \(path.constants[index].map(Self.literal) ?? column.sql)" }
        sql += " FROM \(path.from)"
        var bound: [(any DatabaseValueConvertible)?] = []
        for join in joins where join.alias != path.alias {
            sql += " \(join.sql)"
            bound += join.arguments
        }
        var all = path.conditions + conditions
        bound += path.arguments + arguments
        if let after {
            guard after.values.count == sort.count else {
                throw AssayError(.invalidArgument, "The page token does not belong to this search.")
            }
            let (condition, values) = continuation(after.values, constants: path.constants)
            all.append(condition)
            bound += values
        }
        if !all.isEmpty { sql += " WHERE " + all.joined(separator: " AND ") }
        let varying = sort.enumerated().filter { path.constants[$0.offset] == nil }.map(\.element)
        sql += " ORDER BY " + varying.map { "\($0.sql) \($0.ascending ? "ASC" : "DESC")" }.joined(separator: ", ")
        sql += " LIMIT ?"
        bound.append(limit)
        return try Row.fetchAll(try database.makeStatement(sql: sql), arguments: StatementArguments(bound))
    }

    /// (c₁ after v₁) or (c₁ is v₁ and ((c₂ after v₂) or …)), over the columns that vary along the path; and, because no
    /// index is sought by a disjunction, c₁ not before v₁ beside it.
    private func continuation(
        _ values: [SearchValue], constants: [Int: SearchValue]
    ) -> (String, [(any DatabaseValueConvertible)?]) {
        let varying = zip(sort, values).enumerated().filter { constants[$0.offset] == nil }.map(\.element)
        var sql = "0"
        var bound: [(any DatabaseValueConvertible)?] = []
        for (column, value) in varying.reversed() {
            let comparison = column.ascending ? ">" : "<"
            sql = "(\(column.sql) \(comparison) ? OR (\(column.sql) IS ? AND \(sql)))"
            bound = [value.argument, value.argument] + bound
        }
        if let (column, value) = varying.first, value != .null {
            sql = "\(column.sql) \(column.ascending ? ">=" : "<=") ? AND \(sql)"
            bound.insert(value.argument, at: 0)
        }
        return (sql, bound)
    }

    private static func literal(_ value: SearchValue) -> String {
        switch value {
        case .integer(let integer): "\(integer)"
        case .null: "NULL"
        case .number, .text, .list: preconditionFailure("paths hold whole numbers and missing values fixed")
        }
    }

    private static func marks(_ count: Int) -> String {
        Array(repeating: "?", count: count).joined(separator: ", ")
    }
}
