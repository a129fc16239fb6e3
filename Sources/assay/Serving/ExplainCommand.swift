import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
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
        case linear, kernel, tree
        case treePath = "tree-path"
        case linearCorrelated = "linear-correlated"
        case exact, permutation, owen

        /// Whether the model is asked about mixed rows.
        var asksModel: Bool { self == .kernel || self == .exact || self == .permutation || self == .owen }
    }

    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Attribute the predictions for the rows of a file to the model's columns.",
        discussion: """
            Interventional Shapley values against a background, per input column: base_value plus a row's shap_values is \
            the model's score. Models that assay reads are explained exactly, from their weights (linear; linear-correlated lets columns that go together \
            share what they say) or their trees (tree; tree-path \
            follows the training rows that the trees count, without a background); any model by asking it about rows mixed from the explained row and background rows (kernel), which is exact where \
            all mixtures are asked and says what it cost; exact asks all of up to 16 columns or refuses, permutation follows random orders of the \
            columns, owen has the columns of each --group join one after another. --group NAME=COLUMN,COLUMN explains columns as one, as the dummy \
            columns that were made of one feature. --output-space probability explains what a margin means to the answer, --output-space log-loss \
            what each row's label loses. A model scored by its own library is explained in probability, or \
            in the numbers it predicts. A binary classifier explains its second class, one with more classes every class. \
            -o FILE.jsonl, FILE.csv or FILE.parquet writes the rows alone, block by block; over 10,000 rows of JSON it is required. \
            -o FILE.html writes a report with drawings.
            """)

    private static let shownRows = 10_000

    @OptionGroup var arguments: ModelArguments

    @OptionGroup var foreign: ForeignArguments

    @Option(
        help: "linear, linear-correlated, tree, tree-path, kernel, exact, permutation or owen; without it what fits the model that assay reads, kernel elsewhere.")
    var method: Method?

    @OptionGroup var kernel: KernelOptions

    @OptionGroup var attribution: AttributionOptions

    @Option(help: "Rows to compare with: a CSV or Parquet file with the model's columns.")
    var background: String?

    @Option(help: "text for people, json for programs.")
    var format: Format = .text

    @Option(name: [.customShort("o"), .long], help: "Write the rows to this .jsonl, .csv or .parquet file, or a report to this .html file.")
    var output: String?

    @Option(help: ArgumentHelp("Rows that a report draws one by one, counted from 0; without it the first three.", valueName: "numbers"))
    var reportRows: String?

    @Option(help: "Give the reasons of each row by this table of reason codes (reason-codes/v1).")
    var reasons: String?

    @Option(help: "Add each column's share of the attributions to this reference profile, for drift.attribution.")
    var addToProfile: String?

    func validate() throws {
        if let output, !ExplainOutput.endings.contains(where: output.hasSuffix) {
            throw ValidationError("explained rows are written as .jsonl, .csv or .parquet, and a report as .html; give the file one of these endings")
        }
        guard reportRows == nil || output?.hasSuffix(".html") ?? false else { throw ValidationError("--report-rows belongs to a report: -o FILE.html") }
        _ = try wantedRows()
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
        // A table that does not fit is told before anything is computed.
        var tally = try reasons.map { (path) throws(AssayError) in ReasonTally(try ReasonFile(path: path).table(form)) }
        var explainer = try explainer(opened, predictor, loaded)
        let names = explainer.players.names
        let table = try ModelTable(path: arguments.data, form: form, options: options, further: attribution.label.map { [Text($0)] } ?? [])
        var importance = FeatureImportance(featureCount: names.count)
        var rows: [JSONValue] = []
        try requireFitting(explainer)
        let file = try self.file(form, explainer, tally)
        var progress = ProgressLine()
        let facts: DataFacts
        do throws(AssayError) {
            facts = try table.forEachBlock { (whole) throws(AssayError) in
                for block in Self.parts(whole, attribution.interactions ? names.count * max(explainer.baseCount, 1) : 0) {
                    let explained = try explainer.explain(
                        block, labels: try attribution.labels(block, form), interactions: attribution.interactions)
                    importance.add(explained.explanation, classes: explained.classes)
                    let reasons = try tally?.table.reasons(explained.explanation, block)
                    if let reasons { tally?.add(reasons) }
                    try file?.write(explained, block, reasons: reasons)
                    guard file?.isPage ?? true, format == .json else { continue }
                    for row in 0..<explained.explanation.rowCount {
                        guard rows.count < Self.shownRows else {
                            throw AssayError(
                                .limitExceeded, "more than 10,000 rows are not written to standard output; add -o FILE.jsonl")
                        }
                        rows.append(explained.json(row, reasons: reasons?[row]))
                    }
                }
                progress.show(rows: whole.firstRow + whole.rowCount)
            }
            progress.clear()
            let page = { (sample: ExplainSample) in
                ExplainPage(
                    name: opened.name, form: form, data: arguments.data, facts: facts, space: explainer.space, background: explainer.backgroundWords,
                    featureNames: names, shares: importance.shares, sample: sample, largestResidual: explainer.largestResidual, tally: tally)
            }
            try file?.finish(page)
        } catch {
            progress.clear()
            file?.abandon()
            throw error
        }
        if let addToProfile {
            guard !explainer.players.hasGroups, attribution.outputSpace != .logLoss else {
                throw AssayError(.invalidArgument, "a profile holds each column's share of the score; leave --group and log-loss out with --add-to-profile")
            }
            try Self.add(importance, form.inputs, to: addToProfile)
        }
        var origin: ScorerOrigin?
        if case .foreign(let model) = loaded { origin = model.origin }
        let report = ExplainReport(
            opened: opened, form: form, explainer: explainer, settings: kernel, attribution: attribution, data: arguments.data, importance: importance,
            facts: facts, origin: origin, tally: tally)
        switch format {
        case .json: return try report.json(rows: file?.isPage ?? true ? rows : nil)
        case .text: return try report.text()
        }
    }

    /// A block in parts whose matrices fit into memory.
    private static func parts(_ block: RowBlock, _ width: Int) -> [RowBlock] {
        let most = max(TreeExplainer.interactionCells / max(width * width, 1), 1)
        guard width > 0, block.rowCount > most else { return [block] }
        return stride(from: 0, to: block.rowCount, by: most).map { start in
            let rows = Array(start..<min(start + most, block.rowCount))
            return RowBlock(rowCount: rows.count, columns: block.columns.map { $0.gathered(rows) })
        }
    }


    private static func add(_ importance: FeatureImportance, _ inputs: [Text], to path: String) throws(AssayError) {
        guard let shares = importance.shares else {
            throw AssayError(.invalidArgument, "no column moved any prediction, so there is nothing to compare later attributions with")
        }
        var profile = try DriftProfileJSON.profile(from: SmallFile.bytes(of: path, limit: SmallFile.profileLimit), name: path)
        profile.attributions = zip(inputs, shares).map { DriftProfile.Attribution(name: $0, share: $1) }
        try SmallFile.replace(path, with: DriftProfileJSON.bytes(of: profile))
    }

    /// - Throws: `invalidArgument` for a way that the model cannot be explained by.
    private func explainer(
        _ opened: OpenedModel, _ predictor: any RowPredictor, _ loaded: LoadedModel
    ) throws(AssayError) -> RowExplainer {
        let choice = opened.background(predictor.form)
        let players = try attribution.players(predictor.form.inputs)
        let output = attribution.outputSpace ?? .margin
        if case .native(let model) = loaded, model.program != nil,
            let own = try explainer(ofProgram: model, choice, opened, players: players, output: output)
        {
            return .native(own)
        }
        if case .native(let model) = loaded, model.program == nil, !(method?.asksModel ?? false), method != nil || isExplainedByItself(model) {
            try kernel.requireUnused("add --method kernel, or leave them out")
            if case .linear = try model.ownExplanation() {
                guard method == nil || method == .linear || method == .linearCorrelated else {
                    throw AssayError(.invalidArgument, "\(opened.name) is a linear model; use --method linear or one that asks the model, as kernel")
                }
                guard output == .margin else {
                    throw AssayError(
                        .invalidArgument, "a linear model's weights explain its margin; for \(output.rawValue) ask the model, with --method kernel")
                }
                if method == .linearCorrelated {
                    return .native(
                        try choice.correlated(
                            of: model, path: background, limit: kernel.backgroundRows ?? BackgroundChoice.correlatedRows, seed: kernel.seed,
                            players: players))
                }
                return .native(try choice.explainer(of: model, path: background, players: players))
            }
            guard method != .linear, method != .linearCorrelated else {
                throw AssayError(.invalidArgument, "\(opened.name) is a model by trees; use --method tree, tree-path or one that asks the model, as kernel")
            }
            guard method != .treePath || background == nil else {
                throw AssayError(.invalidArgument, "--method tree-path follows the training rows' counts and compares with no --background")
            }
            return .native(
                try choice.explainer(
                    of: model, path: background, treeRows: kernel.backgroundRows ?? BackgroundChoice.treeRows, seed: UInt64(kernel.seed),
                    followsCovers: method == .treePath, players: players, output: output))
        }
        guard method?.asksModel ?? true else {
            throw AssayError(
                .invalidArgument,
                "\(opened.name) is scored by its own library, so its weights and trees are not known here; use --method kernel")
        }
        let function = try function(predictor, loaded, output)
        let rows = try choice.rows(path: background, limit: kernel.kernelRows, seed: UInt64(kernel.seed))
        var settings = kernel.settings
        settings.method = try coalitions(players)
        settings.wantsInteractions = attribution.interactions
        return .kernel(
            try KernelExplainer(
                function, form: predictor.form, players: method == .owen ? nil : players, background: rows, settings: settings), predictor)
    }

    /// Whether a model has numbers of its own that add up by column; without, it is asked.
    private func isExplainedByItself(_ model: ScoringModel) -> Bool { (try? model.ownExplanation()) != nil }

    /// What of a model that is asked is explained.
    private func function(_ predictor: any RowPredictor, _ loaded: LoadedModel, _ output: TreeSpace) throws(AssayError) -> ModelFunction {
        switch (loaded, output) {
        case (_, .logLoss):
            throw AssayError(.invalidArgument, "the loss is explained by --method tree; the methods that ask the model explain what it answers")
        case (.native(let model), .margin) where model.program == nil: return ModelFunction(model)
        case (.foreign, .margin) where attribution.outputSpace == .margin:
            throw AssayError(.invalidArgument, "the margin of a model that its own library scores is not known here; leave --output-space out")
        default: break
        }
        guard output != .probability || predictor.form.classes != nil else {
            throw AssayError(.invalidArgument, "the model predicts numbers and no probabilities; use --output-space response")
        }
        guard output != .response || predictor.form.classes == nil else {
            throw AssayError(.invalidArgument, "the model predicts classes; use --output-space probability")
        }
        return ModelFunction(predictor)
    }

    private func coalitions(_ players: Players) throws(AssayError) -> CoalitionMethod {
        switch method {
        case .exact:
            guard kernel.samples == nil else { throw AssayError(.invalidArgument, "--method exact asks every coalition; leave --samples out") }
            return .exact
        case .permutation: return .permutation(evaluations: kernel.samples)
        case .owen:
            guard kernel.samples == nil else { throw AssayError(.invalidArgument, "--method owen asks every coalition of groups; leave --samples out") }
            guard players.hasGroups else { throw AssayError(.invalidArgument, "--method owen divides groups among their columns; name some with --group") }
            return .owen(groups: players.of)
        default: return .kernel(samples: kernel.samples)
        }
    }
}
