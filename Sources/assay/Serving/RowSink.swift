import AssayColumns
import AssayData
import AssayJSON
import AssayServing
import AssayTerms

/// Rows of typed columns written block by block: CSV, JSON Lines or Parquet.
final class RowSink {
    enum Form {
        case csv, jsonLines, parquet

        /// By the file's ending; standard output is CSV.
        init(_ path: String?) throws(AssayError) {
            switch path {
            case nil: self = .csv
            case .some(let path) where path.hasSuffix(".csv"): self = .csv
            case .some(let path) where path.hasSuffix(".jsonl"): self = .jsonLines
            case .some(let path) where path.hasSuffix(".parquet"): self = .parquet
            case .some(let path):
                throw AssayError(.invalidArgument, "\(path): rows are written as .csv, .jsonl or .parquet; give the file one of these endings")
            }
        }
    }

    private let form: Form
    private let out: RowOutput
    private let columns: [(name: Text, type: ColumnType)]
    private var parquet: ParquetWriter?
    private let name: String

    /// Rows to a file, or to standard output; what the initializer below throws, and `unavailable` where the file cannot be made.
    convenience init(_ form: Form, path: String?, columns: [(name: Text, type: ColumnType)]) throws(AssayError) {
        try self.init(form, to: RowOutput(path: path), name: path ?? "standard output", columns: columns)
    }

    /// - Parameters:
    ///   - out: from here on the sink's, also where this throws.
    ///   - name: what messages call it.
    ///   - columns: each with the type it has where there are no rows to tell; the first block's types are those of a Parquet file.
    /// - Throws: `invalidArgument` where two columns have one name, which JSON Lines and Parquet cannot have.
    init(_ form: Form, to out: RowOutput, name: String, columns: [(name: Text, type: ColumnType)]) throws(AssayError) {
        var seen: Set<Text> = []
        for column in columns where form != .csv && !seen.insert(column.name).inserted {
            out.abandon()
            throw AssayError(.invalidArgument, "two columns of the result are called '\(column.name)'; write .csv, which can have both")
        }
        self.form = form
        self.columns = columns
        self.name = name
        self.out = out
        if form == .csv {
            do throws(AssayError) {
                try out.write(Self.csvLine(columns.map { .string($0.name.string) }))
            } catch {
                out.abandon()
                throw error
            }
        }
    }

    /// - Parameter block: the columns in their order.
    func write(_ block: RowBlock) throws(AssayError) {
        if form == .parquet {
            try writer(zip(columns, block.columns).map { ($0.name, $1.type) }).write(block)
            return
        }
        let names = columns.map(\.name.string)
        for row in 0..<block.rowCount {
            let cells = block.columns.map { $0.json(row) }
            try out.write(
                form == .csv ? Self.csvLine(cells.map { $0.isNull ? .string("") : $0 }) : Self.jsonLine(zip(names, cells)))
        }
    }

    /// Puts the file in its place.
    func finish() throws(AssayError) {
        if form == .parquet {
            try writer(columns).finish()
            parquet = nil
        }
        try out.finish()
    }

    /// The file's writer, begun with these columns where there is none yet.
    private func writer(_ columns: [(name: Text, type: ColumnType)]) throws(AssayError) -> ParquetWriter {
        if let parquet { return parquet }
        let writer = try ParquetWriter(descriptor: out.number, name: name, columns: columns)
        parquet = writer
        return writer
    }

    /// Removes what was begun.
    func abandon() {
        parquet = nil
        out.abandon()
    }

    /// RFC 4180 with line feeds: quoted where a comma, quote or line break stands in the text.
    private static func csvLine(_ cells: [JSONValue]) -> [UInt8] {
        var line: [UInt8] = []
        for (index, cell) in cells.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            switch cell {
            case .string(let text):
                if text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) {
                    line.append(UInt8(ascii: "\""))
                    line.append(contentsOf: text.replacing("\"", with: "\"\"").utf8)
                    line.append(UInt8(ascii: "\""))
                } else {
                    line.append(contentsOf: text.utf8)
                }
            case .bool(let value): line.append(contentsOf: (value ? "True" : "False").utf8)
            default: cell.append(to: &line)
            }
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static func jsonLine(_ cells: some Sequence<(String, JSONValue)>) -> [UInt8] {
        JSONValue.object(JSONObject(cells)).bytes() + [UInt8(ascii: "\n")]
    }
}
