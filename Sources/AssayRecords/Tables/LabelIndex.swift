package import AssayColumns
import AssayTerms

/// Labels by the rows they are of, the newest of each; joins them to records.
package struct LabelIndex: Sendable {
    private var growing: [GrowingTable] = []
    private var ids: [RecordID: LabelPlace] = [:]
    private var references: [Text: LabelPlace] = [:]
    /// By recorded column and value.
    private var columns: [Text: [Text: LabelPlace]] = [:]

    package init() {}

    package var isEmpty: Bool { growing.isEmpty }

    /// Adds a segment of labels; those of the same rows take the place of earlier ones.
    package mutating func add(_ block: RowBlock) {
        guard block.rowCount > 0, let names = block[RecordColumn.reference], case .text(let codes, let texts) = names.values else { return }
        var table = growing.lastIndex { $0.fits(block) }
        let first: Int
        if let table {
            first = growing[table].rowCount
            growing[table].append(block)
        } else {
            first = 0
            table = growing.count
            growing.append(GrowingTable(block))
        }
        let by = block[RecordColumn.by]
        for row in 0..<block.rowCount where names.isPresent(row) {
            let name = texts[codes[row]]
            let place = LabelPlace(table: Int32(table ?? 0), row: Int32(first + row))
            switch by?.value(at: row)?.name ?? "id" {
            case "id": if let id = RecordID(name) { ids[id] = place }
            case "reference": references[name] = place
            case let column: columns[column, default: [:]][name] = place
            }
        }
    }

    /// The block with the labels' columns behind its own; a column that it has already is left as it is.
    package func joined(_ block: RowBlock) -> RowBlock {
        guard !isEmpty, block.rowCount > 0 else { return block }
        let places = places(of: block)
        guard places.contains(where: \.isThere) else { return block }
        let tables = growing.map(\.block)
        var names: [Text] = []
        for table in tables {
            for column in table.columns where column.name != RecordColumn.reference && column.name != RecordColumn.by {
                if !names.contains(column.name), block[column.name] == nil { names.append(column.name) }
            }
        }
        let further = names.map { name in LabelColumn.column(name, tables.map { $0[name] }, places) }
        return RowBlock(firstRow: block.firstRow, rowCount: block.rowCount, columns: block.columns + further)
    }

    private func places(of block: RowBlock) -> [LabelPlace] {
        var found = [LabelPlace](repeating: .none, count: block.rowCount)
        if !ids.isEmpty, let names = RecordIDs(block) { for row in found.indices { found[row] = ids[names[row]] ?? .none } }
        func look(_ column: Column?, _ known: [Text: LabelPlace]) {
            guard let column else { return }
            for row in found.indices where !found[row].isThere { found[row] = column.value(at: row).flatMap { known[$0.name] } ?? .none }
        }
        if !references.isEmpty { look(block[RecordColumn.reference], references) }
        for (name, known) in columns.sorted(by: { $0.key < $1.key }) { look(block[RecordColumn.recorded(name)], known) }
        return found
    }
}
