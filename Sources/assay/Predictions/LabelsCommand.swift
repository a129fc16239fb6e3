import ArgumentParser
import AssayCanonical
import AssayColumns
import AssayData
import AssayRecords
import AssayServer
import AssayTerms

/// `assay labels`: what became known of rows that were predicted.
struct LabelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labels", abstract: "Hand in labels of predictions that became known later.",
        discussion: """
            A table with a column that names the predicted row and a column of labels. Rows are named as the answer's Assay-Record header \
            with a hyphen and the row's number (--by id), as the client's Assay-Reference (--by reference), or by the value of a recorded \
            column (--by its name). Other columns, a sensitive attribute for example, are joined too. The newest label of a row holds.
            """)

    @OptionGroup var rows: TypedRowsArguments

    @Option(name: [.customShort("m"), .customLong("model")], help: "The registered model whose predictions are labelled.")
    var model: String

    @Option(help: "The column that names rows.")
    var id = "id"

    @Option(help: ArgumentHelp("What that names: id, reference, or a recorded column.", valueName: "id|reference|column"))
    var by = "id"

    @Option(help: "The column of labels; joined as 'label'.")
    var label = "label"

    @OptionGroup var server: ServerOptions

    private static let batch = 262_144

    func run() async throws {
        let (model, id, label, by, path) = (Text(model), Text(id), Text(label), Text(by), rows.rows.data)
        var reading = DataOptions(schema: try rows.dataSchema())
        if let words = rows.rows.missingWords { reading.missingWords = words }
        let options = reading
        let segments = try await OwnThread.run {
            try Self.segments(of: DataTable.open(path: path, options: options), model: model, id: id, label: label, by: by)
        }
        guard !segments.isEmpty else { throw AssayError(.invalidArgument, "\(path) has no rows, so nothing was handed in.") }
        var count = 0
        for segment in segments {
            _ = try await server.withClient {
                try await $0.post(ServerPath.labels, text: SegmentWriter.bytes(of: segment), type: PredictionRoutes.mediaType)
            }
            count += segment.rows.rowCount
        }
        try StandardOutput.write(Array("Handed in \(count) \(count == 1 ? "label" : "labels") for predictions of \(model).\n".utf8))
    }

    private static func segments(
        of table: DataTable, model: Text, id: Text, label: Text, by: Text
    ) throws -> [RecordSegment] {
        for wanted in [id, label] where !table.columnNames.contains(wanted) {
            throw AssayError(
                .invalidArgument, "\(table.name) has no column \(ValueList.quoted(wanted)); its columns are \(table.columnNames.map(\.string).joined(separator: ", ")).")
        }
        var blocks: [GrowingTable] = []
        var rows = 0
        let facts = try table.forEachBlock { block in
            let named = try Self.block(block, id: id, label: label, by: by, name: table.name)
            if let last = blocks.indices.last, blocks[last].fits(named), rows < batch {
                blocks[last].append(named)
                rows += named.rowCount
            } else {
                blocks.append(GrowingTable(named))
                rows = named.rowCount
            }
        }
        // One file handed in one way is one writer, so that handing it in again adds nothing.
        let way = [facts.digest.hex, model.string, id.string, label.string, by.string].map { "\($0.utf8.count) \($0)\n" }.joined()
        let spool = Array(SHA256Hasher.digest(of: Array(way.utf8)).bytes.prefix(16))
        var number: UInt64 = 0
        return blocks.map { table in
            defer { number += 1 }
            return RecordSegment(
                kind: .labels, model: model, version: 0, manifest: .nothing, writer: .init(spool: spool, number: number), rows: table.block)
        }
    }

    /// Names as text, rows without a name or label left out.
    private static func block(_ block: RowBlock, id: Text, label: Text, by: Text, name: String) throws -> RowBlock {
        guard let ids = block[id], let labels = block[label] else { throw AssayError(.internalFault, "a column is gone") }
        let kept = (0..<block.rowCount).filter { ids.isPresent($0) && labels.isPresent($0) }
        let dictionary = TextDictionary()
        var codes: [Int32] = []
        for row in kept {
            guard let value = ids.value(at: row) else { continue }
            if by == "id", RecordID(value.name) == nil {
                throw AssayError(
                    .invalidArgument,
                    "\(name): row \(block.firstRow + row) names no prediction: an id is 32 hexadecimal digits, a hyphen and the row's number. Use --by reference, or --by COLUMN.")
            }
            codes.append(dictionary.code(for: value.name))
        }
        let byColumn = Column(
            name: RecordColumn.by, values: .text(codes: [Int32](repeating: 0, count: kept.count), dictionary: TextDictionary([by])))
        let others = block.columns.filter { $0.name != id }.map { column in
            let name = column.name == label ? RecordColumn.label : RecordColumn.recorded(column.name)
            let gathered = column.gathered(kept)
            return Column(name: name, values: gathered.values, validity: gathered.validity)
        }
        return RowBlock(
            rowCount: kept.count,
            columns: [Column(name: RecordColumn.reference, values: .text(codes: codes, dictionary: dictionary)), byColumn] + others)
    }
}
