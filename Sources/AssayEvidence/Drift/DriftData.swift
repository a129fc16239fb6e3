import AssayColumns
import AssayData
import AssayMetrics
import AssayTerms

/// One of the two data sets that are compared, read or taken from a profile.
struct DriftData: Sendable {
    let name: Text
    let digest: SHA256Digest
    let rowCount: Int
    /// Columns of the file, whether read or not.
    let columnNames: [Text]
    let sides: [DriftSide]
    /// What was collected row by row, where that was asked for.
    let rows: DriftRows?

    init(
        name: Text, digest: SHA256Digest, rowCount: Int, columnNames: [Text], sides: [DriftSide], rows: DriftRows? = nil
    ) {
        self.rows = rows
        self.name = name
        self.digest = digest
        self.rowCount = rowCount
        self.columnNames = columnNames
        self.sides = sides
    }

    /// Reads a file in one pass.
    ///
    /// - Parameters:
    ///   - columns: those to read; `nil` is all.
    ///   - keepsOrder: whether texts are kept row by row too.
    ///   - progress: told the rows read so far.
    /// - Throws: whatever is wrong with the file, naming it and the column.
    static func read(
        _ file: DataFile, columns: [Text]?, options: DataOptions, categoryLimit: Int, keepsOrder: Bool = false,
        rows wish: DriftRows.Wish? = nil, progress: (Int) -> Void
    ) throws(AssayError) -> DriftData {
        var options = options
        options.columns = columns
        let table =
            switch file.source {
            case .path(let path): try DataTable.open(path: path, options: options)
            case .descriptor(let descriptor):
                try DataTable.open(descriptor: descriptor, name: file.name.string, options: options)
            }
        var states = table.columns.map { ColumnState($0, limit: categoryLimit, keepsOrder: keepsOrder) }
        var collected = wish.map { DriftRows($0) }
        for column in [wish?.label, wish?.prediction].compactMap({ $0 }) where !table.columns.map(\.name).contains(column) {
            throw AssayError(
                .invalidArgument,
                "\(table.name) has \(NearNames.message(missingColumn: column, columns: table.columns.map(\.name)))")
        }
        let reader = try table.makeReader()
        var rows = 0
        while let block = try reader.next() {
            for (index, column) in block.columns.enumerated() { try states[index].add(column) }
            try collected?.add(block)
            rows += block.rowCount
            progress(rows)
        }
        let facts = try reader.finish()
        return DriftData(
            name: file.name, digest: facts.digest, rowCount: facts.rowCount, columnNames: table.columnNames,
            sides: states.map { $0.side() }, rows: collected)
    }

    /// What one column has shown so far.
    private struct ColumnState {
        let column: DataColumn
        let keepsOrder: Bool
        var numbers = NumericState()
        var categories: CategoryState
        var rowTexts: [Int32] = []
        var dictionary: TextDictionary?
        var rowCount = 0
        var missingCount = 0

        init(_ column: DataColumn, limit: Int, keepsOrder: Bool) {
            self.column = column
            self.keepsOrder = keepsOrder
            categories = CategoryState(limit: limit)
        }

        mutating func add(_ block: Column) throws(AssayError) {
            rowCount += block.count
            missingCount += block.validity?.missingCount ?? 0
            switch block.values {
            case .boolean, .int64, .double: numbers.add(try NumberColumn(block))
            case .text(let codes, let dictionary):
                categories.add(codes: codes, validity: block.validity, dictionary: dictionary)
                guard keepsOrder else { return }
                self.dictionary = dictionary
                for (row, code) in codes.enumerated() where block.isPresent(row) { rowTexts.append(code) }
            case .timestamp: break
            }
        }

        func side() -> DriftSide {
            switch column.type {
            case .boolean, .int64, .double:
                let counted = CountedValues(numbers.values)
                return DriftSide(
                    name: column.name, type: column.type, values: .numbers(counted, isWhole: column.type != .double),
                    presentCount: counted.total, missingCount: numbers.missingCount,
                    infiniteCount: numbers.infiniteCount, rowNumbers: keepsOrder ? numbers.values : nil)
            case .text:
                let texts = keepsOrder ? dictionary?.texts : nil
                return DriftSide(
                    name: column.name, type: .text,
                    values: categories.isOverLimit ? .tooManyTexts : .texts(categories.entries),
                    presentCount: categories.presentCount, missingCount: categories.missingCount,
                    rowTexts: texts.map { texts in rowTexts.map { texts[Int($0)] } })
            case .timestamp:
                return DriftSide(
                    name: column.name, type: .timestamp, values: .timestamps, presentCount: rowCount - missingCount,
                    missingCount: missingCount)
            }
        }
    }
}
