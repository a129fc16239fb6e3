import AssayColumns
import AssayData
import AssayModels
import AssayTerms

/// Finds in a request the columns that a decision rule looks at.
struct RuleBinder {
    let rule: any DecisionRule
    let form: ModelForm

    /// Of a JSON table, typed as the signature says where it names them.
    func bind(_ table: PayloadTable) throws(ServingFailure) -> RowBlock {
        let names = table.names ?? []
        try require(names)
        var types: [Text: ModelSignature.DataType] = [:]
        if case .columns(let specs)? = form.signature?.inputs {
            for spec in specs { if let name = spec.name { types[name] = spec.type } }
        }
        var columns: [Column] = []
        for name in rule.columns {
            guard let place = names.firstIndex(of: name) else { continue }
            columns.append(try TypedCells(name: name, type: types[name]).column(table.columns[place]))
        }
        return RowBlock(rowCount: table.rowCount, columns: columns)
    }

    /// Of a CSV or Parquet body, in the blocks its other columns are read in.
    func blocks(_ body: [UInt8], as format: DataFormat) throws(ServingFailure) -> [RowBlock] {
        var blocks: [RowBlock] = []
        var names: [Text] = []
        do throws(AssayError) {
            try MemoryFile.withDescriptor(body) { (descriptor) throws(AssayError) in
                names = try DataTable.open(descriptor: descriptor, name: "the input", format: format).columnNames
                guard rule.columns.allSatisfy({ names.contains($0) }) else { return }
                let table = try DataTable.open(
                    descriptor: descriptor, name: "the input", format: format, options: DataOptions(columns: rule.columns))
                let reader = try table.makeReader()
                while let block = try reader.next() { blocks.append(block) }
                _ = try reader.finish()
            }
        } catch {
            throw .model(error)
        }
        try require(names)
        return blocks
    }

    private func require(_ names: [Text]) throws(ServingFailure) {
        guard let absent = rule.columns.first(where: { !names.contains($0) }) else { return }
        throw .schema(
            "Failed to enforce schema. Error: decisions are made by the column '\(absent)', which the input does not have; "
                + "send it with every row, by name, whether the model itself uses it or not.")
    }
}
