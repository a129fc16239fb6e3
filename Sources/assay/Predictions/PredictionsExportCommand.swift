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
        let blocks = try await options.withClient { client in
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
        let columns = Self.columns(blocks)
        let out = try RowSink(form, path: output, columns: columns)
        var count = 0
        do throws(AssayError) {
            for block in blocks {
                try out.write(Self.shown(block, columns, isOneType: form == .parquet))
                count += block.rowCount
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

    /// What any of the blocks has, in the order of appearance. A column of whole numbers in one and of fractions in another is of fractions.
    private static func columns(_ blocks: [RowBlock]) -> [(name: Text, type: ColumnType)] {
        var columns: [(name: Text, type: ColumnType)] = [(id, .text)]
        var places: [Text: Int?] = [id: nil, RecordColumn.idHigh: nil, RecordColumn.idLow: nil, RecordColumn.row: nil, RecordColumn.position: nil]
        for column in blocks.flatMap(\.columns) {
            if let known = places[column.name] {
                if let place = known, columns[place].type == .int64, column.type == .double { columns[place].type = .double }
            } else {
                places[column.name] = columns.count
                columns.append((column.name, column.type))
            }
        }
        if places[RecordColumn.reasons] == nil, columns.contains(where: { $0.name.string.hasPrefix(RecordColumn.attributionPrefix) }) {
            columns.append((RecordColumn.reasons, .text))
        }
        return columns
    }

    /// - Parameter isOneType: whether whole numbers are written as fractions where the column has fractions elsewhere.
    private static func shown(_ block: RowBlock, _ columns: [(name: Text, type: ColumnType)], isOneType: Bool) -> RowBlock {
        let rows = 0..<block.rowCount
        return RowBlock(
            rowCount: block.rowCount,
            columns: columns.map { name, type in
                if name == id {
                    let ids = RecordIDs(block)
                    return Column(name: id, texts: rows.map { row in ids.map { Text($0[row].description) } })
                }
                guard let column = block[name] else {
                    return name == RecordColumn.reasons
                        ? Column(name: name, texts: rows.map { reasonCodes(block, $0) }) : missing(name, type, block.rowCount)
                }
                if isOneType, type == .double, case .int64(let values) = column.values {
                    return Column(name: name, values: .double(values.map { Double($0) }), validity: column.validity)
                }
                return column
            })
    }

    private static func missing(_ name: Text, _ type: ColumnType, _ count: Int) -> Column {
        let values: Column.Values =
            switch type {
            case .boolean: .boolean([UInt8](repeating: 0, count: count))
            case .int64: .int64([Int64](repeating: 0, count: count))
            case .double: .double([Double](repeating: 0, count: count))
            case .text: .text(codes: [Int32](repeating: 0, count: count), dictionary: TextDictionary([""]))
            case .timestamp: .timestamp([Int64](repeating: 0, count: count))
            }
        return Column(name: name, values: values, validity: Validity(count: count, present: false))
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
