import AssayColumns
import AssayData
import AssayTerms

/// Finds in a request columns that the model does not read and that somebody wants recorded: a sensitive attribute, an application's
/// number. What is not there, or mixes types, is left out: no request fails for it.
struct FurtherBinder {
    let columns: [Text]

    init(columns: [Text], inputs: [Text]) { self.columns = columns.filter { !inputs.contains($0) } }

    func bind(_ table: PayloadTable) -> RowBlock? {
        guard let names = table.names, table.rowCount > 0 else { return nil }
        let found = columns.compactMap { name -> Column? in
            guard let place = names.firstIndex(of: name), table.columns[place].count == table.rowCount else { return nil }
            return try? TypedCells(name: name, type: nil).column(table.columns[place])
        }
        return found.isEmpty ? nil : RowBlock(rowCount: table.rowCount, columns: found)
    }

    /// In the blocks its other columns are read in.
    func blocks(_ body: [UInt8], as format: DataFormat) -> [RowBlock] {
        var blocks: [RowBlock] = []
        do throws(AssayError) {
            try MemoryFile.withDescriptor(body) { (descriptor) throws(AssayError) in
                var options = DataOptions(columns: [])
                options.optionalColumns = .named(columns)
                let table = try DataTable.open(descriptor: descriptor, name: "the input", format: format, options: options)
                guard !table.columns.isEmpty else { return }
                let reader = try table.makeReader()
                while let block = try reader.next() { blocks.append(block) }
                _ = try reader.finish()
            }
        } catch {
            return []
        }
        return blocks
    }
}
