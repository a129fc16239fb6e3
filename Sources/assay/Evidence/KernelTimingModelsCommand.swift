import ArgumentParser
import AssayColumns
import AssayData
import AssayExplain
import AssayForeign
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

struct KernelTimingModelsCommand: AsyncParsableCommand {
    enum Work: String, ExpressibleByArgument, CaseIterable {
        case score, tree
        case treePath = "tree-path"
    }

    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "Time scoring or explaining by a model that assay reads; what came out goes to a file as doubles.")

    @OptionGroup var arguments: ModelArguments
    @OptionGroup var foreign: ForeignArguments
    @Option var work = Work.score
    @Option var background: String?
    @Option var backgroundRows = 1_000
    @Option var threads = 1
    @Option var repetitions = 5
    @Option(help: "Row after row of the scores, or of the attributions score by score.") var results: String

    func run() async throws {
        let opened = try await OpenedModel.open(arguments.model, server: arguments.server, key: arguments.key)
        let loaded = try foreign.predictor(of: opened).loaded
        guard case .native(let model) = loaded else {
            throw AssayError(.invalidArgument, "\(opened.name) is not read by assay itself")
        }
        let scorer = Scorer(model)
        let table = try ModelTable(path: arguments.data, form: model.form, options: arguments.options())
        var blocks: [RowBlock] = []
        _ = try table.forEachBlock { blocks.append($0) }
        var answer = JSONObject()
        let rows: [[Double]]
        if work == .score {
            let (seconds, scores) = try KernelTimingCommand.seconds(repetitions) {
                try blocks.map { try scorer.scores(scorer.values($0), threads: threads) }
            }
            answer["seconds"] = seconds
            rows = scores.flatMap { scores in (0..<scores.rowCount).map { row in scores.scores.map { $0[row] } } }
        } else {
            let choice = opened.background(model.form)
            let (build, explainer) = try KernelTimingCommand.seconds(repetitions) {
                try choice.explainer(of: model, path: background, treeRows: backgroundRows, followsCovers: work == .treePath)
            }
            let (seconds, explanations) = try KernelTimingCommand.seconds(repetitions) {
                try blocks.map { block in
                    let values = try scorer.values(block)
                    return try explainer.explain(values, scorer.scores(values, threads: threads), threads: threads)
                }
            }
            answer["build_seconds"] = build
            answer["seconds"] = seconds
            answer["base_values"] = .array(explainer.baseValues.map { .number($0) })
            rows = explanations.map(\.attributions)
        }
        var bytes: [UInt8] = []
        for value in rows.joined() { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        try SmallFile.replace(results, with: bytes)
        try StandardOutput.write(JSONValue.object(answer).bytes() + [UInt8(ascii: "\n")])
    }
}
