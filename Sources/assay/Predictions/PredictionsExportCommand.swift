import ArgumentParser
import AssayColumns
import AssayJSON
import AssayRecords
import AssayServing
import AssayTerms

/// Writes recorded predictions with the labels that are known, row by row.
struct PredictionsExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write recorded predictions with their labels as CSV or JSON Lines.",
        discussion: """
            Columns that begin with @ are the recorder's: @time, @prediction, @score, @shap:COLUMN …; @id names the row, as assay labels \
            takes it. @reasons are the codes that were given by the version's table of reason codes, the furthest first; without a table the \
            three inputs that moved the prediction most, with the sign of what they did. Needs the permission 'read_sensitive'.
            """)

    @Option(name: [.customShort("m"), .customLong("model")], help: "The registered model.")
    var model: String

    @Option(help: ArgumentHelp("Only this version.", valueName: "number"))
    var modelVersion: Int?

    @Option(help: "Only what was answered at or after this time: 2026-01-31T00:00:00Z.")
    var since: String?

    @Option(help: "Only what was answered before this time.")
    var until: String?

    @Option(name: [.customShort("o"), .long], help: "A file ending in .csv or .jsonl; without it CSV on standard output.")
    var output: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let format = try RowFormat(output)
        let (since, until) = (try Self.time(since, "--since"), try Self.time(until, "--until"))
        let out = try RowOutput(path: output)
        var count = 0
        do {
            try await options.withClient { client in
                var labels = LabelIndex()
                for segment in try await client.segments(ofModel: model, kind: "labels") {
                    if let block = try await rows(of: segment, client) { labels.add(block) }
                }
                var blocks: [RowBlock] = []
                for segment in try await client.segments(ofModel: model, kind: "predictions", version: modelVersion, since: since, until: until) {
                    guard let block = try await rows(of: segment, client) else { continue }
                    blocks.append(labels.joined(Self.inTime(block, since, until)))
                }
                let names = Self.names(blocks)
                if format == .csv { try out.write(RowFormat.csvLine(names.map { .string($0.string) })) }
                for block in blocks {
                    count += block.rowCount
                    for row in 0..<block.rowCount {
                        let cells = Self.cells(block, row, names)
                        try out.write(
                            format == .csv
                                ? RowFormat.csvLine(cells.map { $0.isNull ? .string("") : $0 })
                                : RowFormat.jsonLine(zip(names.map(\.string), cells)))
                    }
                }
            }
            try out.finish()
        } catch {
            out.abandon()
            throw error
        }
        if output != nil { try StandardOutput.write(Array("Wrote \(count) \(count == 1 ? "row" : "rows").\n".utf8)) }
    }

    private func rows(of segment: JSONValue, _ client: ServerClient) async throws -> RowBlock? {
        guard segment["held"]?.bool == true, let id = segment["segment"]?.string else { return nil }
        return try SegmentReader.segment(from: try await client.bytes(ServerPath.segment(id), query: [("model", model)])).rows
    }

    private static func time(_ text: String?, _ name: String) throws -> Int64? {
        guard let text else { return nil }
        guard let time = Timestamp.microseconds(from: Text(text)) else {
            throw AssayError(.invalidArgument, "\(name) is '\(text)'; a time is written 2026-01-31T00:00:00Z.")
        }
        return time
    }

    private static func inTime(_ block: RowBlock, _ since: Int64?, _ until: Int64?) -> RowBlock {
        guard since != nil || until != nil, case .timestamp(let times)? = block[RecordColumn.time]?.values else { return block }
        let kept = (0..<block.rowCount).filter { times[$0] >= since ?? .min && times[$0] < until ?? .max }
        return RowBlock(rowCount: kept.count, columns: block.columns.map { $0.gathered(kept) })
    }

    private static let id: Text = "@id"

    private static func names(_ blocks: [RowBlock]) -> [Text] {
        var names = [id]
        var known: Set<Text> = [id, RecordColumn.idHigh, RecordColumn.idLow, RecordColumn.row, RecordColumn.position]
        for column in blocks.flatMap(\.columns) where known.insert(column.name).inserted { names.append(column.name) }
        if !known.contains(RecordColumn.reasons), names.contains(where: { $0.string.hasPrefix(RecordColumn.attributionPrefix) }) {
            names.append(RecordColumn.reasons)
        }
        return names
    }

    private static func cells(_ block: RowBlock, _ row: Int, _ names: [Text]) -> [JSONValue] {
        names.map { name in
            switch name {
            case id: RecordIDs(block).map { .string($0[row].description) } ?? .null
            case RecordColumn.reasons: block[RecordColumn.reasons]?.json(row) ?? .string(reasonCodes(block, row))
            default: block[name]?.json(row) ?? .null
            }
        }
    }

    /// The inputs with the largest attributions by size, largest first, with the sign of what they did.
    private static func reasonCodes(_ block: RowBlock, _ row: Int) -> String {
        let moved = block.columns.compactMap { column -> (name: String, value: Double)? in
            guard column.name.string.hasPrefix(RecordColumn.attributionPrefix), case .double(let values) = column.values, column.isPresent(row),
                values[row] != 0
            else { return nil }
            return (String(column.name.string.dropFirst(RecordColumn.attributionPrefix.count)), values[row])
        }
        let most = moved.sorted { (abs($0.value), $1.name) > (abs($1.value), $0.name) }.prefix(3)
        return most.map { "\($0.value > 0 ? "+" : "-")\($0.name)" }.joined(separator: " ")
    }
}
