package import AssayColumns
package import AssayData
package import AssayMetrics
package import AssayTerms

/// The statistics of a data set's columns, from one pass.
package struct DataProfile: Sendable {
    package var columns: [ColumnStatistics]
    /// In the order of `columns`.
    package var personalData: [PersonalDataState]
    package var rowCount: Int
    package var input: Envelope.Input
    /// CSV has no types of its own: whole numbers may stand for fractions, and digits for text.
    package var isTyped: Bool

    /// Reads every column.
    ///
    /// - Parameters:
    ///   - types: types for columns the file has; others are left aside.
    ///   - progress: told the rows read so far, after each block.
    /// - Throws: whatever is wrong with the file, naming it.
    package init(
        of file: DataFile, role: String = "data", missingWords: [Text]? = nil, types: [Text: ColumnType] = [:],
        progress: (Int) -> Void = { _ in }
    ) throws(AssayError) {
        let table = try Self.open(file, missingWords: missingWords, types: types)
        var states = table.columns.map(ColumnState.init)
        let facts = try table.forEachBlockAhead { block, next in
            Self.add(block, to: &states, beside: next)
            progress(block.firstRow + block.rowCount)
        }
        columns = states.map(\.statistics)
        personalData = states.map(\.personalData)
        rowCount = facts.rowCount
        isTyped = table.format != .csv
        input = Envelope.Input(role: role, name: file.name, digest: facts.digest, rows: facts.rowCount)
    }

    /// The statistics of rows that are in memory already.
    package init(of blocks: [RowBlock], columns: [DataColumn], input: Envelope.Input, isTyped: Bool) {
        var states = columns.map(ColumnState.init)
        for block in blocks { Self.add(block, to: &states, beside: {}) }
        self.columns = states.map(\.statistics)
        personalData = states.map(\.personalData)
        rowCount = blocks.reduce(0) { $0 + $1.rowCount }
        self.input = input
        self.isTyped = isTyped
    }

    private struct ColumnState {
        var statistics: ColumnStatistics
        var personalData: PersonalDataState

        init(_ column: DataColumn) {
            statistics = ColumnStatistics(name: column.name, type: column.type)
            personalData = PersonalDataState(name: column.name, type: column.type)
        }
    }

    private static func add(_ block: RowBlock, to states: inout [ColumnState], beside other: () -> Void) {
        OwnThread.sideBySide(in: &states, beside: other) { index, state in
            state.statistics.add(block.columns[index])
            state.personalData.add(block.columns[index])
        }
    }

    /// How many rows of `file` stand in `other` as well, over the columns both have; `nil` where they share none.
    ///
    /// - Cost: one pass over each; sixteen bytes a distinct row of `other`.
    package static func overlap(
        of file: DataFile, with other: DataFile, missingWords: [Text]? = nil, types: [Text: ColumnType] = [:]
    ) throws(AssayError) -> (rows: Int, shared: Int)? {
        let there = try open(other, missingWords: missingWords, types: types)
        let here = try open(file, missingWords: missingWords, types: types)
        let hereByName = Dictionary(here.columnNames.enumerated().map { ($1, $0) }) { first, _ in first }
        let shared = there.columnNames.enumerated().compactMap { index, name in hereByName[name].map { (here: $0, there: index) } }
        guard !shared.isEmpty else { return nil }
        var seen: Set<RowHash.Key> = []
        var hash = RowHash()
        var reader = try there.makeReader()
        while let block = try reader.next() {
            seen.formUnion(hash.keys(of: shared.map { block.columns[$0.there] }, rowCount: block.rowCount))
        }
        _ = try reader.finish()
        hash = RowHash()
        reader = try here.makeReader()
        var rows = 0
        var found = 0
        while let block = try reader.next() {
            rows += block.rowCount
            for key in hash.keys(of: shared.map { block.columns[$0.here] }, rowCount: block.rowCount) where seen.contains(key) {
                found += 1
            }
        }
        _ = try reader.finish()
        return (rows, found)
    }

    /// The table with those of `types` whose columns it has and, in a format with types of its own, could be given.
    static func open(
        _ file: DataFile, missingWords: [Text]?, types: [Text: ColumnType]
    ) throws(AssayError) -> DataTable {
        var options = DataOptions()
        if let missingWords { options.missingWords = missingWords }
        let found = try table(file, options)
        guard found.format == .csv else { return found }
        for column in found.columns {
            if let type = types[column.name], type != column.type { options.schema.types[column.name] = type }
        }
        return options.schema.types.isEmpty ? found : try table(file, options)
    }

    private static func table(_ file: DataFile, _ options: DataOptions) throws(AssayError) -> DataTable {
        switch file.source {
        case .path(let path): try DataTable.open(path: path, options: options)
        case .descriptor(let descriptor):
            try DataTable.open(descriptor: descriptor, name: file.name.string, options: options)
        }
    }
}
