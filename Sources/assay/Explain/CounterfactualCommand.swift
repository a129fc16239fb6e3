import ArgumentParser
import AssayColumns
import AssayData
import AssayExplain
import AssayForeign
import AssayJSON
import AssayModels
import AssayPolicy
import AssayServing
import AssayTerms

/// `assay counterfactual`: what would have to be different about a row for the model to answer otherwise.
struct CounterfactualCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "counterfactual", abstract: "Find the smallest changes of a row after which the model answers otherwise.",
        discussion: """
            For each row of DATA: the fewest inputs that have to differ for the model to answer --target, and of these the nearest values, in units of \
            the input's median absolute deviation over the background, 1 for a category. New values are those of the background and, for a model by trees \
            that assay reads, those on either side of its thresholds. --constraints says what may change and how. Every answer was scored by the \
            model. Where nothing is found it says how much was tried: nothing among these values does not mean that there is nothing.
            """)

    private static let shownRows = 10_000

    @OptionGroup var arguments: ModelArguments

    @OptionGroup var foreign: ForeignArguments

    @Option(help: "Rows that new values come from: a CSV or Parquet file with the model's columns; without it those that explanations compare with.")
    var background: String?

    @Option(help: "What may change and how: a file of constraints (counterfactual-constraints/v1).")
    var constraints: String?

    @Option(help: "The class to be answered, or of a model that predicts numbers a range: 10.., ..20, 10..20.")
    var target: String

    @Option(help: ArgumentHelp("The least probability of the class to be reached; without it the model has to answer with the class.", valueName: "number"))
    var probability: Double?

    @Option(help: ArgumentHelp("Answers a row, each changing another set of inputs; from 1 to 100.", valueName: "number"))
    var count = 1

    @Option(help: ArgumentHelp("Rows that the model is asked about for each row, from 1 to 10000000.", valueName: "number"))
    var evaluations = 100_000

    @Option(help: ArgumentHelp("Values of the background, and thresholds, that each input is tried with, from 2 to 10000.", valueName: "number"))
    var values = CandidatePool.usualValues

    @Option(help: ArgumentHelp("At most so many background rows, chosen by the seed, from 1 to 100000.", valueName: "number"))
    var backgroundRows = 10_000

    @Option(help: ArgumentHelp("What the choice of background rows depends on.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(help: "text for people, json for programs.")
    var format: Format = .text

    @Option(name: [.customShort("o"), .long], help: "Write the rows to this .jsonl file.")
    var output: String?

    func validate() throws {
        guard (1...100).contains(count) else { throw ValidationError("--count is a number from 1 to 100.") }
        guard (1...10_000_000).contains(evaluations) else { throw ValidationError("--evaluations is a number from 1 to 10000000.") }
        guard (2...10_000).contains(values) else { throw ValidationError("--values is a number from 2 to 10000.") }
        guard (1...100_000).contains(backgroundRows) else { throw ValidationError("--background-rows is a number from 1 to 100000.") }
        if let output, !output.hasSuffix(".jsonl") { throw ValidationError("counterfactuals are written as .jsonl; give the file that ending") }
    }

    func run() async throws {
        let rules = try ChangeRulesFile(path: constraints)
        let opened = try await OpenedModel.open(arguments.model, server: arguments.server, key: arguments.key)
        let options = try arguments.options()
        let command = self
        let answer = try await OwnThread.run { try command.compute(opened, options, rules) }
        try StandardOutput.write(answer)
    }

    private func compute(_ opened: OpenedModel, _ options: DataOptions, _ rules: ChangeRulesFile) throws(AssayError) -> [UInt8] {
        let (predictor, loaded) = try foreign.predictor(of: opened)
        let form = predictor.form
        let target = try CounterfactualTarget(target, least: probability, form: form)
        var thresholds = TreeThresholds()
        if case .native(let model) = loaded { thresholds = TreeThresholds(model) }
        let rows = try opened.background(form).rows(path: background, limit: backgroundRows, seed: seed)
        let pool: CandidatePool
        do throws(AssayError) {
            pool = try CandidatePool(rows, form: form, rules: rules.rules, thresholds: thresholds, valueLimit: values)
        } catch {
            throw AssayError(error.code, (rules.name.map { "\($0): " } ?? "") + error.message, cause: error.cause)
        }
        var settings = CounterfactualSearch.Settings()
        settings.count = count
        settings.evaluations = evaluations
        let search = CounterfactualSearch(predictor, pool: pool, target: target, settings: settings)
        let table = try ModelTable(path: arguments.data, form: form, options: options)
        var report = CounterfactualReport(opened: opened, form: form, search: search, target: target, rules: rules, data: arguments.data, seed: seed)
        if case .foreign(let model) = loaded { report.origin = model.origin }
        let file = try output.map { (path) throws(AssayError) in try RowOutput(path: path) }
        var progress = ProgressLine()
        do throws(AssayError) {
            report.facts = try table.forEachBlock { (block) throws(AssayError) in
                for row in 0..<block.rowCount {
                    let outcome = try search.outcome(of: row, in: block, number: block.firstRow + row)
                    let json = report.add(outcome, row: block.firstRow + row)
                    if let file {
                        try file.write(json.bytes() + [UInt8(ascii: "\n")])
                    } else {
                        guard report.rows.count < Self.shownRows else {
                            throw AssayError(.limitExceeded, "more than 10,000 rows are not written to standard output; add -o FILE.jsonl")
                        }
                        report.rows.append((json, outcome))
                    }
                    progress.show(rows: block.firstRow + row + 1)
                }
            }
            try file?.finish()
        } catch {
            progress.clear()
            file?.abandon()
            throw error
        }
        progress.clear()
        switch format {
        case .json: return try report.json(hasRows: file == nil)
        case .text: return report.text()
        }
    }
}
