import ArgumentParser
import AssayColumns
import AssayJSON
import AssayRecords
import AssayServing
import AssayTerms

/// Writes recorded predictions with the labels that are known, row by row.
struct PredictionsExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write recorded predictions with their labels as CSV, JSON Lines or Parquet.",
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

    @Option(name: [.customShort("o"), .long], help: "A file ending in .csv, .jsonl or .parquet; without it CSV on standard output.")
    var output: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let form = try RowSink.Form(output)
        let (since, until) = (try Self.time(since, "--since"), try Self.time(until, "--until"))
        // A file that cannot be written is told before rows are fetched.
        let file = try RowOutput(path: output)
        let blocks: [RowBlock]
        do {
            blocks = try await options.withClient { try await fetched($0, since, until) }
        } catch {
            file.abandon()
            throw error
        }
        let columns = Self.columns(blocks)
        let out = try RowSink(form, to: file, name: output ?? "standard output", columns: columns)
        var count = 0
        do throws(AssayError) {
            for block in blocks {
                try out.write(Self.shown(block, columns, isTyped: form == .parquet))
                count += block.rowCount
            }
            try out.finish()
        } catch {
            out.abandon()
            throw error
        }
        if output != nil { try StandardOutput.write(Array("Wrote \(count) \(count == 1 ? "row" : "rows").\n".utf8)) }
    }

    private func fetched(_ client: ServerClient, _ since: Int64?, _ until: Int64?) async throws -> [RowBlock] {
        var labels = LabelIndex()
        for segment in try await client.segments(ofModel: model, kind: "labels") {
            if let block = try await rows(of: segment, client) { labels.add(block) }
        }
        var blocks: [RowBlock] = []
        for segment in try await client.segments(ofModel: model, kind: "predictions", version: modelVersion, since: since, until: until) {
            guard let block = try await rows(of: segment, client) else { continue }
            blocks.append(labels.joined(Self.inTime(block, since, until)))
        }
        return blocks
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

    /// What any of the blocks has, in the order of appearance, each of a type that holds all its values.
    private static func columns(_ blocks: [RowBlock]) -> [(name: Text, type: ColumnType)] {
        let hidden: Set<Text> = [id, RecordColumn.idHigh, RecordColumn.idLow, RecordColumn.row, RecordColumn.position]
        var types: [(name: Text, type: ExportedType)] = []
        var places: [Text: Int] = [:]
        for column in blocks.flatMap(\.columns) where !hidden.contains(column.name) {
            if let place = places[column.name] {
                types[place].type.add(column)
            } else {
                places[column.name] = types.count
                types.append((column.name, ExportedType(column)))
            }
        }
        var columns: [(name: Text, type: ColumnType)] = [(id, .text)] + types.map { ($0.name, $0.type.type) }
        if places[RecordColumn.reasons] == nil, columns.contains(where: { $0.name.string.hasPrefix(RecordColumn.attributionPrefix) }) {
            columns.append((RecordColumn.reasons, .text))
        }
        return columns
    }

    /// - Parameter isTyped: whether columns have to be of the types given.
    private static func shown(_ block: RowBlock, _ columns: [(name: Text, type: ColumnType)], isTyped: Bool) -> RowBlock {
        let rows = 0..<block.rowCount
        return RowBlock(
            rowCount: block.rowCount,
            columns: columns.map { name, type in
                if name == id {
                    let ids = RecordIDs(block)
                    return Column(name: id, texts: rows.map { row in ids.map { Text($0[row].description) } })
                }
                if let column = block[name] { return isTyped ? ExportedType.column(column, as: type) : column }
                return name == RecordColumn.reasons
                    ? Column(name: name, texts: rows.map { reasonCodes(block, $0) }) : ExportedType.missing(name, type, block.rowCount)
            })
    }

    /// The inputs with the largest attributions by size, largest first, with the sign of what they did; `nil` for none.
    private static func reasonCodes(_ block: RowBlock, _ row: Int) -> Text? {
        let moved = block.columns.compactMap { column -> (name: String, value: Double)? in
            guard column.name.string.hasPrefix(RecordColumn.attributionPrefix), case .double(let values) = column.values, column.isPresent(row),
                values[row] != 0
            else { return nil }
            return (String(column.name.string.dropFirst(RecordColumn.attributionPrefix.count)), values[row])
        }
        let most = moved.sorted { (abs($0.value), $1.name) > (abs($1.value), $0.name) }.prefix(3)
        return most.isEmpty ? nil : Text(most.map { "\($0.value > 0 ? "+" : "-")\($0.name)" }.joined(separator: " "))
    }
}
