import ArgumentParser
import AssayColumns
import AssayData
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms
import Foundation

/// `assay score`: predictions of a model for the rows of a file.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Predict the rows of a file.",
        discussion: """
            One row out for each row in, in order: the prediction, then the probability of each class as \
            probability_CLASS, where the model gives some, and a scorecard's own reasons as reason_code_1, reason_code_2, …. CSV on standard \
            output; -o FILE.csv, FILE.jsonl or FILE.parquet writes a file, block by block. A model that assay does not read itself is scored by its \
            own library in a confined process.

            models:/NAME@ALIAS and models:/NAME/STAGE are scored by the version that holds the place, which is told on \
            standard error. Candidates of rollouts score data sets in jobs of gateways alone: assay gateway-job submit.
            """)

    @OptionGroup var arguments: ModelArguments

    @OptionGroup var foreign: ForeignArguments

    @Option(name: [.customShort("o"), .long], help: "Write to this .csv, .jsonl or .parquet file.")
    var output: String?

    func run() async throws {
        let opened = try await OpenedModel.open(arguments.model, server: arguments.server, key: arguments.key)
        if let words = Self.words(of: opened, by: try ModelReference(arguments.model)) {
            FileHandle.standardError.write(Data("assay: \(words)\n".utf8))
        }
        let form = try RowSink.Form(output)
        let options = try arguments.options()
        let data = arguments.data
        let path = output
        let foreign = foreign
        try await OwnThread.run {
            let (predictor, _) = try foreign.predictor(of: opened)
            let table = try ModelTable(path: data, form: predictor.form, options: options)
            try Self.write(predictor, table, form, path)
        }
    }

    /// Which version a place stands for at this moment; `nil` for what names no place.
    private static func words(of opened: OpenedModel, by reference: ModelReference) -> String? {
        guard case .registered(_, let selector) = reference, case .statement(let statement, _) = opened.governance else { return nil }
        let place: String
        switch selector {
        case .version: return nil
        case .stage(let stage): place = "the stage \(stage)"
        case .alias(let alias): place = "the alias \(alias)"
        }
        return "scored by version \(statement.version) of \(statement.model), which holds \(place); a rollout's candidate scores jobs of gateways alone".printable
    }

    private static func write(_ predictor: any RowPredictor, _ table: ModelTable, _ form: RowSink.Form, _ path: String?) throws(AssayError) {
        let classes = predictor.form.classes
        let probabilities = classes.map { classes in (0..<classes.count).map { Text("probability_\(classes.text($0))") } } ?? []
        let type = classes?.column(named: "prediction", classes: []).type ?? .double
        let reasons = Predictions.reasonNames(predictor.reasonCount)
        let out = try RowSink(
            form, path: path, columns: [("prediction", type)] + probabilities.map { ($0, .double) } + reasons.map { ($0, .text) })
        var progress = ProgressLine()
        do throws(AssayError) {
            _ = try table.forEachBlock { (block) throws(AssayError) in
                for predictions in try predictor.predictions([block], parameters: nil) {
                    let columns = probabilities.indices.map { Self.probabilities(predictions, $0) }
                    let words = reasons.indices.map { predictions.reasonColumn($0) }
                    try out.write(RowBlock(rowCount: predictions.rowCount, columns: [predictions.values] + columns + words))
                }
                if path != nil { progress.show(rows: block.firstRow + block.rowCount) }
            }
            progress.clear()
            try out.finish()
        } catch {
            progress.clear()
            out.abandon()
            throw error
        }
    }

    /// Missing in every row where the model gives none.
    private static func probabilities(_ predictions: Predictions, _ place: Int) -> Column {
        guard let probabilities = predictions.probabilities, probabilities.indices.contains(place) else {
            let count = predictions.rowCount
            return Column(name: "probability", values: .double([Double](repeating: 0, count: count)), validity: Validity(count: count, present: false))
        }
        return Column(name: "probability", values: .double(probabilities[place]))
    }
}
