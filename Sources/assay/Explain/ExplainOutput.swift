import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
import AssayTerms

/// Where explained rows go beside standard output: rows as JSON Lines, CSV or Parquet, block by block, or a report of all of them as a page.
final class ExplainOutput {
    private enum Form {
        case jsonLines(RowOutput)
        case table(RowSink, ExplainTable)
        case page(RowOutput, ExplainSample)
    }

    static let endings = [".jsonl", ".csv", ".parquet", ".html"]

    private var form: Form
    private let inputs: ModelForm

    /// - Parameters:
    ///   - path: by its ending the form.
    ///   - table: how rows become columns.
    ///   - wanted: numbers of rows that a page draws one by one.
    /// - Throws: `unavailable` where the file cannot be made; `invalidArgument` where columns of the table would have one name.
    init(path: String, table: ExplainTable, form: ModelForm, wanted: [Int], isNamed: Bool, seed: UInt64) throws(AssayError) {
        inputs = form
        if path.hasSuffix(".jsonl") {
            self.form = .jsonLines(try RowOutput(path: path))
        } else if path.hasSuffix(".html") {
            self.form = .page(try RowOutput(path: path), ExplainSample(names: table.featureNames, wanted: wanted, isNamed: isNamed, seed: seed))
        } else {
            self.form = .table(try RowSink(RowSink.Form(path), path: path, columns: table.columns), table)
        }
    }

    /// Whether rows go to standard output all the same, since the file has no list of them.
    var isPage: Bool { if case .page = form { true } else { false } }

    func write(_ explained: RowExplainer.Explained, _ block: RowBlock, reasons: [ReasonTable.RowReasons]?) throws(AssayError) {
        switch form {
        case .jsonLines(let out):
            for row in 0..<explained.explanation.rowCount {
                try out.write(explained.json(row, reasons: reasons?[row]).bytes() + [UInt8(ascii: "\n")])
            }
        case .table(let sink, let table): try sink.write(table.block(explained, reasons: reasons))
        case .page(let out, var sample):
            sample.add(explained, try inputs.bound(block), reasons: reasons)
            form = .page(out, sample)
        }
    }

    /// Puts the file in its place.
    ///
    /// - Parameter page: what a report of the rows says.
    func finish(_ page: (ExplainSample) -> ExplainPage) throws(AssayError) {
        switch form {
        case .jsonLines(let out): try out.finish()
        case .table(let sink, _): try sink.finish()
        case .page(let out, let sample):
            try sample.requireChosen()
            try out.write(page(sample).bytes)
            try out.finish()
        }
    }

    func abandon() {
        switch form {
        case .jsonLines(let out), .page(let out, _): out.abandon()
        case .table(let sink, _): sink.abandon()
        }
    }
}
