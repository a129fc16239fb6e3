import AssayColumns
import AssayTerms

extension FeatureFiller {
    /// Adds the model's features to typed rows: those of a CSV or Parquet body, or of a job. What rows are found by is taken out, unless the
    /// model reads it.
    ///
    /// - Throws: as ``fill(_:now:)`` of a payload.
    func fill(_ block: RowBlock, now: Int64) throws(ServingFailure) -> (block: RowBlock, mark: FeatureMark?) {
        var columns = block.columns
        var marks: [FeatureMark.Part] = []
        for part in parts {
            var given = part.names.filter { name in columns.contains { $0.name == name } }
            if !given.isEmpty {
                switch part.rule.given {
                case .refuse: throw Self.refused(part, given)
                case .request: break
                case .store:
                    columns.removeAll { given.contains($0.name) }
                    given = []
                }
            }
            guard given.count < part.places.count else {
                marks.append(Self.given(part, given, rowCount: block.rowCount))
                continue
            }
            var entities: [Column] = []
            for field in part.store.entities { entities.append(try Self.column(field.name, part, block)) }
            let times = try part.rule.time.map { (name) throws(ServingFailure) in try Self.column(name, part, block) }
            let (wanted, lookup) = try look(part, given: given, rowCount: block.rowCount) { (column, row) throws(ServingFailure) in
                try Self.entity(entities[column], row, part, part.store.entities[column])
            } time: { (row) throws(ServingFailure) in
                guard let times else { return now }
                guard times.isPresent(row) else { return nil }
                guard case .timestamp(let values) = times.values else { throw Self.foreign(part, times.name, .timestamp, row) }
                return values[row]
            }
            for (name, cells) in zip(wanted, lookup.cells) { columns.append(try column(name, cells)) }
            marks.append(lookup.mark)
        }
        let asked = Set(self.asked.map(\.name))
        let mark = FeatureMark(
            time: now, asked: columns.filter { asked.contains($0.name) && !inputs.contains($0.name) }, parts: marks, rowCount: block.rowCount)
        columns.removeAll { asked.contains($0.name) && !inputs.contains($0.name) }
        return (RowBlock(firstRow: block.firstRow, rowCount: block.rowCount, columns: columns), mark)
    }

    private static func column(_ name: Text, _ part: Part, _ block: RowBlock) throws(ServingFailure) -> Column {
        guard let column = block[name] else { throw absent(part, name) }
        return column
    }

    private static func entity(
        _ column: Column, _ row: Int, _ part: Part, _ field: FeatureValues.Field
    ) throws(ServingFailure) -> ColumnValue? {
        guard column.isPresent(row) else { return nil }
        switch (field.type, column.value(at: row)) {
        case (.int64, .integer(let value)?) where column.type == .int64 || column.type == .double: return .integer(value)
        case (.text, .text(let text)?): return .text(text)
        case (_, nil): return nil
        default: throw foreign(part, field.name, field.type, row)
        }
    }
}
