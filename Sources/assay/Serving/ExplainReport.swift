import AssayCanonical
import AssayData
import AssayExplain
import AssayForeign
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// What `assay explain` says of a table as a whole: global importance, how it was computed, and by what.
struct ExplainReport {
    let opened: OpenedModel
    let form: ModelForm
    let explainer: RowExplainer
    let settings: KernelOptions
    let attribution: AttributionOptions
    let data: String
    let importance: FeatureImportance
    let facts: DataFacts
    /// By what the model was scored; `nil` for one that is read here.
    let origin: ScorerOrigin?
    /// How often which reason was given; `nil` without a table.
    let tally: ReasonTally?

    private static let linear = descriptor("Lundberg & Lee 2017; shap 0.51, LinearExplainer with maskers.Independent")
    private static let correlated = descriptor("Aas, Jullum & Løland 2021; shap 0.51, LinearExplainer, correlation_dependent")
    private static let trees = descriptor("Lundberg et al. 2020, interventional; shap 0.51, TreeExplainer")
    private static let treePaths = descriptor("Lundberg et al. 2020, path-dependent; shap 0.51, TreeExplainer")
    private static let rescaled = descriptor("Lundberg et al. 2020, the rescale rule; shap 0.51, TreeExplainer with model_output")

    private static func descriptor(of method: CoalitionMethod) -> CheckDescriptor {
        switch method {
        case .kernel: descriptor("Lundberg & Lee 2017; shap 0.51, KernelExplainer with l1_reg=False")
        case .exact: descriptor("Shapley 1953; shap 0.51, ExactExplainer")
        case .permutation: descriptor("Castro et al. 2009; shap 0.51, PermutationExplainer")
        case .owen: descriptor("Owen 1977, equation 2")
        }
    }

    private static func descriptor(_ source: String) -> CheckDescriptor {
        CheckDescriptor(
            id: "explain.feature_importance", convention: .assay, direction: .none, kind: .summed, needs: [],
            sentence: "The share of the column in the mean absolute attribution over the rows.", source: source)
    }

    func envelope() throws(AssayError) -> Envelope {
        let shares = importance.shares
        var descriptor = Self.linear
        var parameters: [Text: Envelope.Parameter] = [
            "background": .text(Text(explainer.backgroundName)), "space": .text(Text(explainer.space)),
        ]
        if case .native(.linear(let explainer)) = explainer, let correlation = explainer.correlation {
            descriptor = Self.correlated
            parameters["method"] = .text("linear-correlated")
            parameters["orders"] = correlation.orderCount > 0 ? .integer(Int64(correlation.orderCount)) : nil
        }
        if case .native(.trees(let explainer)) = explainer {
            descriptor = explainer.isRescaled ? Self.rescaled : explainer.followsCovers ? Self.treePaths : Self.trees
            parameters["method"] = .text(explainer.followsCovers ? "tree-path" : "tree")
        }
        if case .kernel(let explainer, _) = explainer {
            descriptor = Self.descriptor(of: explainer.settings.method)
            parameters["method"] = .text(Text(explainer.settings.method.name))
            parameters["link"] = .text(Text(settings.link.rawValue))
            parameters["samples"] = settings.samples.map { .integer(Int64($0)) }
        }
        if let rows = explainer.backgroundRows {
            parameters["background_rows"] = .integer(Int64(rows.used))
            parameters["background_available"] = .integer(Int64(rows.available))
            parameters["seed"] = .integer(Int64(settings.seed))
        }
        parameters["groups"] = attribution.groups.isEmpty ? nil : .list(attribution.groups.sorted().map { .text(Text($0)) })
        parameters["label"] = attribution.label.map { .text(Text($0)) }
        let results = explainer.players.names.enumerated().map { index, name in
            CheckResult(
                descriptor: descriptor, column: name, value: shares?[index], rows: facts.rowCount,
                undefined: shares == nil ? "no attribution differs from zero" : nil)
        }
        var subjects: [Envelope.Subject] = []
        if let digest = try opened.manifestDigest() { subjects.append(.init(name: Text(opened.name), digest: digest)) }
        var envelope = Envelope(
            subjects: subjects, engineVersion: AssayVersion.current, computedAt: SystemTime.now(),
            provenance: .recomputed,
            inputs: [.init(role: "data", name: Text(data), digest: facts.digest, rows: facts.rowCount)]
                + [tally.map { .init(role: "reasons", name: $0.table.codes.name, digest: $0.table.digest) }].compactMap { $0 },
            parameters: parameters, results: results)
        envelope.scorer = origin
        return envelope
    }

    /// - Parameter rows: `nil` where they stand in a file.
    func json(rows: [JSONValue]?) throws(AssayError) -> [UInt8] {
        var answer = EnvelopeJSON.commandLineValue(of: try envelope(), rows: rows.map { .array($0) })
        if case .object(var object) = answer {
            object["feature_names"] = .array(explainer.players.names.map { .string($0.string) })
            object["background"] = .string(explainer.backgroundName)
            object["space"] = .string(explainer.space)
            object["reason_codes"] = tally?.json
            if case .kernel(let explainer, _) = explainer {
                object["kernel"] = [
                    "evaluations": .integer(Int64(explainer.evaluationCount)),
                    "requests": .integer(Int64(explainer.exchangeCount)),
                    "background_rows": .integer(Int64(explainer.background.rowCount)),
                    "background_available": .integer(Int64(explainer.background.availableCount)),
                    "exact_rows": .integer(Int64(explainer.exactRowCount)),
                    "sampled_rows": .integer(Int64(explainer.sampledRowCount)),
                    "largest_residual": .number(explainer.largestResidual),
                ]
            }
            answer = .object(object)
        }
        return answer.bytes(pretty: true) + [UInt8(ascii: "\n")]
    }

    func text() throws(AssayError) -> [UInt8] {
        let envelope = try envelope()
        var lines = [
            "\(opened.name): \(form.description)",
            "\(facts.rowCount) rows of \(data), in \(explainer.space), against \(explainer.backgroundWords)",
        ]
        if case .kernel(let explainer, _) = explainer { lines.append(counted(explainer)) }
        lines.append("")
        let width = explainer.players.names.map { $0.string.count }.max() ?? 0
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
        lines += tally?.lines ?? []
        lines += ["", "Shares of the mean absolute attribution; --format json lists every row."]
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// What a kernel explanation cost, and how far its sums are off.
    private func counted(_ explainer: KernelExplainer) -> String {
        var parts: [String] = []
        let (exact, sampled) =
            switch explainer.settings.method {
            case .kernel, .exact: ("every coalition", "sampled coalitions")
            case .permutation: ("every order", "random orders")
            case .owen: ("every coalition of groups", "")
            }
        if explainer.exactRowCount > 0 { parts.append("\(exact) for \(NumberText.grouped(explainer.exactRowCount)) rows") }
        if explainer.sampledRowCount > 0 { parts.append("\(sampled) for \(NumberText.grouped(explainer.sampledRowCount)) rows") }
        let background = explainer.background
        let rows =
            background.rowCount == background.availableCount
            ? "\(NumberText.grouped(background.rowCount)) background rows"
            : "\(NumberText.grouped(background.rowCount)) of \(NumberText.grouped(background.availableCount)) background rows"
        parts.append(rows)
        let name = explainer.settings.method == .kernel(samples: settings.samples) ? "kernel SHAP" : explainer.settings.method.name
        let requests = explainer.exchangeCount == 1 ? "1 request" : "\(NumberText.grouped(explainer.exchangeCount)) requests"
        return "\(name): \(NumberText.grouped(explainer.evaluationCount)) evaluations of the model in \(requests); "
            + parts.joined(separator: ", ") + "; sums meet the answers within \(explainer.largestResidual)"
    }
}
