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
            probability_CLASS. CSV on standard output; -o FILE.csv or FILE.jsonl writes a file.
            """)

    @OptionGroup var arguments: ModelArguments

    @Option(name: [.customShort("o"), .long], help: "Write to this .csv or .jsonl file.")
    var output: String?

    func run() async throws {
        let opened = try await OpenedModel.open(arguments.model, server: arguments.server, key: arguments.key)
        let format = try RowFormat(output)
        let options = try arguments.options()
        let data = arguments.data
        let path = output
        try await OwnThread.run {
            let table = try ModelTable(path: data, model: opened.model, options: options)
            let out = try RowOutput(path: path)
            do throws(AssayError) {
                try Self.write(opened.model, table, format, to: out)
                try out.finish()
            } catch {
                out.abandon()
                throw error
            }
        }
    }

    private static func write(
        _ model: ScoringModel, _ table: ModelTable, _ format: RowFormat, to out: RowOutput
    ) throws(AssayError) {
        let scorer = Scorer(model)
        let names = ["prediction"] + (0..<model.classes.count).map { "probability_\(model.classes.text($0))" }
        if format == .csv { try out.write(RowFormat.csvLine(names.map { .string($0) })) }
        _ = try table.forEachBlock { (block) throws(AssayError) in
            let scores = try scorer.scores(block)
            for row in 0..<scores.rowCount {
                var cells = [scores.label(row)]
                for probabilities in scores.probabilities { cells.append(.number(probabilities[row])) }
                try out.write(format == .csv ? RowFormat.csvLine(cells) : RowFormat.jsonLine(zip(names, cells)))
            }
        }
    }
}

extension Scores {
    /// The predicted label of a row.
    func label(_ row: Int) -> JSONValue {
        switch labels {
        case .integers(let labels): .integer(labels[classes[row]])
        case .numbers(let labels): .number(labels[classes[row]])
        case .booleans(let labels): .bool(labels[classes[row]])
        case .texts(let labels): .string(labels[classes[row]].string)
        }
    }
}
