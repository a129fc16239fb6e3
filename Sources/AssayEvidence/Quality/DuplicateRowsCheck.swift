import AssayColumns
import AssayMetrics
import AssayTerms

/// `quality.duplicate_rows`: the share of rows that stand in the data already, as pandas' `duplicated(keep="first")`.
struct DuplicateRowsCheck: ColumnCheck {
    private let setting: ColumnCheckSetting
    private var hash = RowHash()
    private var seen: Set<RowHash.Key> = []
    private var duplicates = 0

    init(_ setting: ColumnCheckSetting) { self.setting = setting }

    mutating func add(_ block: RowBlock) {
        let columns = setting.column.map { name in block.columns.filter { $0.name == name } } ?? block.columns
        for key in hash.keys(of: columns, rowCount: block.rowCount) where !seen.insert(key).inserted { duplicates += 1 }
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        if let column = setting.column { try setting.require(column) }
        guard rowCount > 0 else { return setting.result(value: nil, rows: 0, undefined: "the data has no row") }
        let share = Double(duplicates) / Double(rowCount)
        return setting.result(
            value: share, measure: "share_of_rows",
            groups: [CheckResult.Group(group: "duplicate", count: duplicates, value: share)], rows: rowCount)
    }
}
