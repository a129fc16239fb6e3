import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayTerms

/// The report of a reduction.
enum ReductionText {
    static func report(_ outcome: ReductionRun.Outcome, rows: GroupedRows, writtenTo path: String?) throws(AssayError) -> MitigationReport {
        let document = outcome.document
        var notes = ["Before is the same regression on the same features without the constraint."]
        if let path { notes.insert("The model stands in \(path).", at: 0) }
        if let note = MitigationReport.excludedNote(outcome.excluded) { notes.append(note) }
        for (count, what) in [(outcome.missingControlCount, "control column"), (outcome.missingFeatureCount, "feature")] where count > 0 {
            notes.append("\(NumberText.grouped(count)) rows miss a \(what) and were left out.")
        }
        var members: [(String, JSONValue)] = []
        var sections: [MitigationReport.Section] = []
        if let evidence = outcome.evidence {
            sections += MitigationReport.sections(evidence)
            members.append(("groups", MitigationReport.groupsJSON(evidence)))
        }
        if let losses = outcome.losses {
            sections.append(MitigationReport.section(losses))
            members.append(("losses", MitigationReport.lossesJSON(losses)))
            if let note = MitigationReport.exceedingNote(losses) { notes.append(note) }
        }
        members += [
            ("reduction", document.json),
            ("unconstrained", .object(JSONObject(ReductionDocument.members(of: outcome.unconstrained.model).map { ($0, $1) }))),
        ]
        switch outcome.found {
        case .mixture(let solution):
            notes.append(words(solution))
            members.append(("search", json(solution)))
        case .grid(let solution):
            notes.append("The best of \(solution.hypotheses.count) models on the grid.")
            members.append(("search", json(solution)))
        }
        notes.append("Numbers hold on these rows. Assess the model on others: assay mitigate apply --label.")
        let envelope = ReportArguments.envelope(inputs: [document.data], parameters: parameters(document),
            results: try results(outcome.evidence, outcome.losses))
        return MitigationReport(
            title: "A constrained model on \(rows.file.name)", data: rows.file,
            facts: DataFacts(rowCount: document.data.rows ?? 0, digest: document.data.digest), settings: settings(document),
            sections: sections + [coefficients(outcome)], notes: notes,
            json: ReportArguments.value(envelope, members))
    }

    static func results(_ evidence: MitigationEvidence?, _ losses: LossEvidence?) throws(AssayError) -> [CheckResult] {
        var results: [CheckResult] = []
        if let evidence { results += try evidence.results() }
        if let losses { results += try losses.results() }
        return results
    }

    static func settings(_ document: ReductionDocument) -> [(name: String, value: String)] {
        var settings: [(name: String, value: String)] = [("label", document.label.string)]
        if let positive = document.positive { settings.append(("positive", positive.string)) }
        settings += [("groups", document.source.description), ("features", "\(document.features.count)")]
        if !document.controls.isEmpty { settings.append(("control", document.controls.map(\.string).joined(separator: " "))) }
        settings.append(("constraint", document.goal.name))
        switch document.goal {
        case .parity(_, .difference(let bound)): settings.append(("bound", "\(bound)"))
        case .parity(_, .ratio(let ratio, let slack)):
            settings.append(("ratio bound", "\(ratio)"))
            if slack > 0 { settings.append(("slack", "\(slack)")) }
        case .groupLoss(let loss, let bound): settings += [("loss", loss.name), ("bound", "\(bound)")]
        }
        return settings + [("method", document.method.rawValue)]
    }

    static func parameters(_ document: ReductionDocument) -> [Text: Envelope.Parameter] {
        var parameters: [Text: Envelope.Parameter] = [
            "mitigation": .text("reduce"), "method": .text(Text(document.method.rawValue)), "label": .text(document.label),
            "features": .list(document.features.map { .text($0) }), "constraint": .text(Text(document.goal.name)),
            "inverse_regularisation": .number(document.inverseRegularisation),
        ]
        parameters["positive"] = document.positive.map { .text($0) }
        if !document.controls.isEmpty { parameters["control"] = .list(document.controls.map { .text($0) }) }
        switch document.goal {
        case .parity(_, .difference(let bound)): parameters["difference_bound"] = .number(bound)
        case .parity(_, .ratio(let ratio, let slack)):
            parameters["ratio_bound"] = .number(ratio)
            parameters["ratio_bound_slack"] = .number(slack)
        case .groupLoss(let loss, let bound):
            parameters["loss"] = .text(Text(loss.name))
            parameters["loss_range"] = loss.range.map { .list([.number($0.lowerBound), .number($0.upperBound)]) }
            parameters["upper_bound"] = .number(bound)
        }
        switch document.source {
        case .column(let column): parameters["sensitive"] = .text(column)
        case .rule(let rule): parameters["privileged"] = .text(Text(rule.description))
        }
        return parameters
    }

    private static func words(_ solution: ExponentiatedGradient.Solution) -> String {
        let used = solution.weights.count { $0 > 0 }
        let drawn = used == 1 ? "One model answers" : "Each row is answered by one of \(used) models, drawn by their weights"
        let gap = NumberText.fixed(solution.bestGap)
        let ending =
            if solution.bestGap >= solution.nu, solution.hasConverged {
                "no side of the game can gain more."
            } else if solution.hasConverged {
                "the duality gap is \(gap), below \(NumberText.fixed(solution.nu))."
            } else {
                "the duality gap is \(gap), not below \(NumberText.fixed(solution.nu)): more --max-iterations may come closer."
            }
        return "\(drawn); \(ending)"
    }

    /// The coefficients without the constraint and of the up to three classifiers of most weight.
    private static func coefficients(_ outcome: ReductionRun.Outcome) -> MitigationReport.Section {
        let parts = outcome.document.parts.enumerated().sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }
            .prefix(3).map(\.element)
        let shown = [outcome.unconstrained.model] + parts.map(\.model)
        func cells(_ value: (Double, [Double]) -> Double?) -> [String] {
            shown.map { classifier in
                switch classifier {
                case .constant: "–"
                case .linear(let intercept, let coefficients): MitigationReport.shown(value(intercept, coefficients))
                }
            }
        }
        var rows = outcome.document.features.enumerated().map { index, name in [name.string] + cells { $1[index] } }
        rows.append(["(intercept)"] + cells { intercept, _ in intercept })
        rows.append(
            ["decides"]
                + zip(shown, ["all before"] + parts.map { NumberText.fixed($0.weight) }).map { classifier, weight in
                    switch classifier {
                    case .constant(let isPositive): "\(weight) \(isPositive ? "yes" : "no")"
                    case .linear: weight
                    }
                })
        return MitigationReport.Section(
            heading: "Coefficients", heads: ["feature", "before"] + parts.indices.map { "after \($0 + 1)" }, rows: rows)
    }

    private static func json(_ solution: ExponentiatedGradient.Solution) -> JSONValue {
        [
            "gaps": .array(solution.gaps.map { .number($0) }), "best_iteration": .integer(Int64(solution.bestIteration)),
            "best_gap": .number(solution.bestGap), "nu": .number(solution.nu), "converged": .bool(solution.hasConverged),
            "fits": .integer(Int64(solution.fitCount)), "classifiers": .integer(Int64(solution.hypotheses.count)),
        ]
    }

    private static func json(_ solution: ReductionGrid.Solution) -> JSONValue {
        [
            "best": .integer(Int64(solution.bestIndex)),
            "points": .array(
                zip(solution.multipliers, solution.hypotheses).map { multipliers, hypothesis in
                    var object: JSONObject = [
                        "multipliers": .array(multipliers.map { .number($0) }), "error": .number(hypothesis.error),
                        "violations": .array(hypothesis.violations.map { .number($0) }),
                    ]
                    for (name, value) in ReductionDocument.members(of: hypothesis.model) { object[name] = value }
                    return .object(object)
                }),
        ]
    }
}
