import ArgumentParser
import AssayCanonical
import AssayData
import AssayExplain
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// `assay explain`: how much each column moved each prediction.
struct ExplainCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Attribute the predictions for the rows of a file to the model's columns.",
        discussion: """
            Exact interventional Shapley values against a background, per input column: base_value plus a row's \
            shap_values is the model's score, in log-odds. A binary classifier explains its second class, one with more \
            classes every class. -o FILE.jsonl writes the rows alone; over 10,000 rows it is required.
            """)

    private static let shownRows = 10_000

    @OptionGroup var arguments: ModelArguments

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
        let model = opened.model
        let scorer = Scorer(model)
        let background = try BackgroundChoice(
            model: model, files: opened.files, evaluationTable: opened.evaluationTable
        ).background(path: background)
        let explainer = LinearExplainer(scorer, background: background)
        let table = try ModelTable(path: arguments.data, model: model, options: options)
        var importance = FeatureImportance(featureCount: model.inputs.count)
        var rows: [JSONValue] = []
        let file = try output.map { (path) throws(AssayError) in try RowOutput(path: path) }
        let facts: DataFacts
        do throws(AssayError) {
            facts = try table.forEachBlock { (block) throws(AssayError) in
                let values = try scorer.values(block)
                let scores = try scorer.scores(values)
                let explanation = try explainer.explain(values, scores)
                importance.add(explanation, scores)
                for row in 0..<explanation.rowCount {
                    let json = Self.row(explanation, scores, row)
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
        let envelope = try envelope(opened, background, importance, facts)
        switch format {
        case .json:
            var answer = EnvelopeJSON.commandLineValue(of: envelope, rows: file == nil ? .array(rows) : nil)
            if case .object(var object) = answer {
                object["feature_names"] = .array(model.inputs.map { .string($0.string) })
                object["background"] = .string(background.name)
                object["space"] = "log-odds"
                answer = .object(object)
            }
            return answer.bytes(pretty: true) + [UInt8(ascii: "\n")]
        case .text:
            return Array(text(opened, background, explainer, envelope, facts).utf8)
        }
    }

    private static func row(_ explanation: Explanation, _ scores: Scores, _ row: Int) -> JSONValue {
        let perScore = explanation.baseValues.indices.map { score -> JSONValue in
            .array(explanation.attributions(row: row, score: score).map { .number($0) })
        }
        let bases = explanation.baseValues.map { JSONValue.number($0) }
        return [
            "prediction": scores.label(row),
            "base_value": bases.count == 1 ? bases[0] : .array(bases),
            "shap_values": perScore.count == 1 ? perScore[0] : .array(perScore),
        ]
    }

    private static let importance = CheckDescriptor(
        id: "explain.feature_importance", convention: .assay, direction: .none, kind: .summed, needs: [],
        sentence: "The share of the column in the mean absolute attribution over the rows.",
        source: "Lundberg & Lee 2017; shap 0.51, LinearExplainer with maskers.Independent")

    private func envelope(
        _ opened: OpenedModel, _ background: Background, _ importance: FeatureImportance, _ facts: DataFacts
    ) throws(AssayError) -> Envelope {
        let shares = importance.shares
        let results = opened.model.inputs.enumerated().map { index, name in
            CheckResult(
                descriptor: Self.importance, column: name, value: shares?[index], rows: facts.rowCount,
                undefined: shares == nil ? "no attribution differs from zero" : nil)
        }
        var subjects: [Envelope.Subject] = []
        if let digest = try opened.manifestDigest() { subjects.append(.init(name: Text(opened.name), digest: digest)) }
        return Envelope(
            subjects: subjects, engineVersion: AssayVersion.current, computedAt: SystemTime.now(),
            provenance: .recomputed,
            inputs: [.init(role: "data", name: Text(arguments.data), digest: facts.digest, rows: facts.rowCount)],
            parameters: ["background": .text(Text(background.name)), "space": .text("log-odds")], results: results)
    }

    private func text(
        _ opened: OpenedModel, _ background: Background, _ explainer: LinearExplainer, _ envelope: Envelope,
        _ facts: DataFacts
    ) -> String {
        var lines = [
            "\(opened.name): \(opened.model.description)",
            "\(facts.rowCount) rows of \(arguments.data), in log-odds, against \(background.name)", "",
        ]
        let width = opened.model.inputs.map { $0.string.count }.max() ?? 0
        let sorted = envelope.results.enumerated().sorted {
            ($0.element.value ?? 0, $1.offset) > ($1.element.value ?? 0, $0.offset)
        }
        for (_, result) in sorted {
            let name = result.column?.string ?? ""
            let share = result.value.map { value in
                let tenths = Int((value * 1000).rounded())
                return "\(tenths / 10).\(tenths % 10) %"
            }
            lines.append("  \(name)\(String(repeating: " ", count: width - name.count))  \(share ?? "undefined")")
        }
        lines += ["", "Shares of the mean absolute attribution; --format json lists every row."]
        return lines.joined(separator: "\n") + "\n"
    }
}
