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

    /// - Parameters:
    ///   - columns: each with the type it has where there are no rows to tell; the first block's types are those of a Parquet file.
    /// - Throws: `invalidArgument` where two columns have one name, which JSON Lines and Parquet cannot have; `unavailable` where the file cannot be made.
    init(_ form: Form, path: String?, columns: [(name: Text, type: ColumnType)]) throws(AssayError) {
        var seen: Set<Text> = []
        for column in columns where form != .csv && !seen.insert(column.name).inserted {
            throw AssayError(.invalidArgument, "two columns of the result are called '\(column.name)'; write .csv, which can have both")
        }
        self.form = form
        self.columns = columns
        name = path ?? "standard output"
        out = try RowOutput(path: path)
        if form == .csv {
            do throws(AssayError) {
                try out.write(RowFormat.csvLine(columns.map { .string($0.name.string) }))
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
                form == .csv ? RowFormat.csvLine(cells.map { $0.isNull ? .string("") : $0 }) : RowFormat.jsonLine(zip(names, cells)))
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
}
