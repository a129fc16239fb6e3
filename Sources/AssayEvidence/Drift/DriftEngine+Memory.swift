package import AssayColumns
package import AssayData
import AssayMetrics
package import AssayTerms

extension DriftEngine {
    /// A data set whose rows are in memory already.
    package struct MemoryTable: Sendable {
        package let name: Text
        package let digest: SHA256Digest
        package let columns: [DataColumn]
        package let blocks: [RowBlock]

        package init(path: String) throws(AssayError) {
            let table = try DataTable.open(path: path, options: DataOptions())
            let reader = try table.makeReader()
            var blocks: [RowBlock] = []
            while let block = try reader.next() { blocks.append(block) }
            digest = try reader.finish().digest
            name = DataFile(path: path).name
            columns = table.columns
            self.blocks = blocks
        }

        func data(_ request: DriftRequest) throws(AssayError) -> DriftData {
            let keepsOrder = request.mode == .evidently && request.method == .totalVariation
            let rowCount = blocks.reduce(0) { $0 + $1.rowCount }
            let sides = try OwnThread.map(count: columns.count) { index throws(AssayError) in
                var state = DriftColumnState(
                    name: columns[index].name, type: columns[index].type, limit: request.categoryLimit, keepsOrder: keepsOrder,
                    expectedRows: rowCount)
                for block in blocks { try state.add(block.columns[index]) }
                return state.side()
            }
            return DriftData(name: name, digest: digest, rowCount: rowCount, columnNames: columns.map(\.name), sides: sides)
        }
    }

    /// The same of rows in memory: all columns, no whole rows and no profile.
    ///
    /// - Throws: as ``compute(_:computedAt:progress:)``.
    package static func compute(
        _ request: DriftRequest, reference: MemoryTable, current: MemoryTable, computedAt: String
    ) throws(AssayError) -> Outcome {
        try request.validate()
        return try compare(reference.data(request), current.data(request), request, computedAt: computedAt)
    }
}
