import ArgumentParser
import AssayData
import AssayExplain
import AssayForeign
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// `assay explain`: how much each column moved each prediction.
struct ExplainCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    enum Method: String, ExpressibleByArgument, CaseIterable {
        case linear, kernel
    }

    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Attribute the predictions for the rows of a file to the model's columns.",
        discussion: """
            Interventional Shapley values against a background, per input column: base_value plus a row's shap_values is \
            the model's score. Models that assay reads are explained exactly, in log-odds, from their weights (linear); any \
            model by asking it about rows mixed from the explained row and background rows (kernel), which is exact where \
            all mixtures are asked and says what it cost. A model scored by its own library is explained in probability, or \
            in the numbers it predicts. A binary classifier explains its second class, one with more classes every class. \
            -o FILE.jsonl writes the rows alone; over 10,000 rows it is required.
            """)

    private static let shownRows = 10_000

    @OptionGroup var arguments: ModelArguments

    @OptionGroup var foreign: ForeignArguments

    @Option(help: "linear or kernel; without it linear where assay reads the model, kernel elsewhere.")
    var method: Method?

    @OptionGroup var kernel: KernelOptions

    @Option(help: "Rows to compare with: a CSV or Parquet file with the model's columns.")
    var background: String?

    @Option(help: "text for people, json for programs.")
    var format: Format = .text

    @Option(name: [.customShort("o"), .long], help: "Write the rows to this .jsonl file.")
    var output: String?

    func validate() throws {
        if let output, !output.hasSuffix(".jsonl") {
            throw ValidationError("explained rows are written as .jsonl; give the file that ending")
        }
    }

    func run() async throws {
        let opened = try await OpenedModel.open(arguments.model, server: arguments.server, key: arguments.key)
        let options = try arguments.options()
        let command = self
        let answer = try await OwnThread.run { try command.compute(opened, options) }
        try StandardOutput.write(answer)
    }

    private func compute(_ opened: OpenedModel, _ options: DataOptions) throws(AssayError) -> [UInt8] {
        let (predictor, loaded) = try foreign.predictor(of: opened)
        let form = predictor.form
        var explainer = try explainer(opened, predictor, loaded)
        let table = try ModelTable(path: arguments.data, form: form, options: options)
        var importance = FeatureImportance(featureCount: form.inputs.count)
        var rows: [JSONValue] = []
        let file = try output.map { (path) throws(AssayError) in try RowOutput(path: path) }
        let facts: DataFacts
        do throws(AssayError) {
            facts = try table.forEachBlock { (block) throws(AssayError) in
                let explained = try explainer.explain(block)
                importance.add(explained.explanation, classes: explained.classes)
                for row in 0..<explained.explanation.rowCount {
                    let json = explained.json(row)
                    if let file {
                        try file.write(json.bytes() + [UInt8(ascii: "\n")])
                    } else if format == .json {
                        guard rows.count < Self.shownRows else {
                            throw AssayError(
                                .limitExceeded, "more than 10,000 rows are not written to standard output; add -o FILE.jsonl")
                        }
                        rows.append(json)
                    }
                }
            }
            try file?.finish()
        } catch {
            file?.abandon()
            throw error
        }
        var origin: ScorerOrigin?
        if case .foreign(let model) = loaded { origin = model.origin }
        let report = ExplainReport(
            opened: opened, form: form, explainer: explainer, settings: kernel, data: arguments.data, importance: importance,
            facts: facts, origin: origin)
        switch format {
        case .json: return try report.json(rows: file == nil ? rows : nil)
        case .text: return try report.text()
        }
    }

    /// - Throws: `invalidArgument` for a way that the model cannot be explained by.
    private func explainer(
        _ opened: OpenedModel, _ predictor: any RowPredictor, _ loaded: LoadedModel
    ) throws(AssayError) -> RowExplainer {
        let choice = opened.background(predictor.form)
        let function: ModelFunction
        switch (loaded, method) {
        case (.native(let model), nil), (.native(let model), .linear):
            try kernel.requireUnused("add --method kernel, or leave them out")
            return .linear(LinearExplainer(Scorer(model), background: try choice.background(of: model, path: background)))
        case (.foreign, .linear):
            throw AssayError(
                .invalidArgument, "\(opened.name) is scored by its own library, so its weights are not known here; use --method kernel")
        case (.native(let model), .kernel): function = ModelFunction(model)
        case (.foreign, _): function = ModelFunction(predictor)
        }
        let rows = try choice.rows(path: background, limit: kernel.backgroundRows, seed: UInt64(kernel.seed))
        return .kernel(
            try KernelExplainer(function, form: predictor.form, background: rows, settings: kernel.settings), predictor)
    }
}
