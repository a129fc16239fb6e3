import ArgumentParser
import AssayData
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// `assay score`: predictions of a model for the rows of a file.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Predict the rows of a file.",
        discussion: """
            One row out for each row in, in order: the prediction, then the probability of each class as \
            probability_CLASS, where the model gives some. CSV on standard output; -o FILE.csv or FILE.jsonl writes a \
            file. A model that assay does not read itself is scored by its own library in a confined process.
            """)

    @OptionGroup var arguments: ModelArguments

    @OptionGroup var foreign: ForeignArguments

    @Option(name: [.customShort("o"), .long], help: "Write to this .csv or .jsonl file.")
    var output: String?

    func run() async throws {
        let opened = try await OpenedModel.open(arguments.model, server: arguments.server, key: arguments.key)
        let format = try RowFormat(output)
        let options = try arguments.options()
        let data = arguments.data
        let path = output
        let foreign = foreign
        try await OwnThread.run {
            let (predictor, _) = try foreign.predictor(of: opened)
            let table = try ModelTable(path: data, form: predictor.form, options: options)
            let out = try RowOutput(path: path)
            do throws(AssayError) {
                try Self.write(predictor, table, format, to: out)
                try out.finish()
            } catch {
                out.abandon()
                throw error
            }
        }
    }

    private static func write(
        _ predictor: any RowPredictor, _ table: ModelTable, _ format: RowFormat, to out: RowOutput
    ) throws(AssayError) {
        let classes = predictor.form.classes
        let names = ["prediction"] + (classes.map { classes in (0..<classes.count).map { "probability_\(classes.text($0))" } } ?? [])
        if format == .csv { try out.write(RowFormat.csvLine(names.map { .string($0) })) }
        _ = try table.forEachBlock { (block) throws(AssayError) in
            for predictions in try predictor.predictions([block], parameters: nil) {
                for row in 0..<predictions.rowCount {
                    var cells = [predictions.values.json(row)]
                    for probabilities in predictions.probabilities ?? [] { cells.append(.number(probabilities[row])) }
                    try out.write(format == .csv ? RowFormat.csvLine(cells) : RowFormat.jsonLine(zip(names, cells)))
                }
            }
        }
    }
}
