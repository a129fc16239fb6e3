import AssayColumns
import AssayMetrics
import AssayTerms

/// The statistics of one column that the expectations on it share, each part computed once.
final class SharedColumn {
    let name: Text
    let type: ColumnType
    private var parts: ColumnStatistics.Parts = []
    private(set) var statistics: ColumnStatistics
    /// Known once ``finish()`` was called and a quantile was asked for.
    private(set) var sorted: QuantileState.SortedValues?

    init(name: Text, type: ColumnType) {
        self.name = name
        self.type = type
        statistics = ColumnStatistics(name: name, type: type, parts: [])
    }

    /// - Precondition: no row was added.
    func need(_ more: ColumnStatistics.Parts) {
        precondition(statistics.rowCount == 0, "what is kept of a column is said before its first row")
        parts.formUnion(more)
        statistics = ColumnStatistics(name: name, type: type, parts: parts)
    }

    func add(_ block: RowBlock) {
        if let column = block[name] { statistics.add(column) }
    }

    /// Sorts what quantiles are asked of.
    func finish() {
        if parts.contains(.quantiles) { sorted = statistics.quantiles.sorted() }
    }
}

/// The columns that expectations under one condition share.
final class SharedColumns {
    private(set) var all: [SharedColumn] = []

    func column(_ name: Text, type: ColumnType, parts: ColumnStatistics.Parts) -> SharedColumn {
        let column: SharedColumn
        if let known = all.first(where: { $0.name == name }) {
            column = known
        } else {
            column = SharedColumn(name: name, type: type)
            all.append(column)
        }
        column.need(parts)
        return column
    }
}
