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
        let evidence = outcome.evidence
        let settings: [(name: String, value: String)] = [
            ("label", document.label.string), ("positive", document.positive.string), ("groups", document.source.description),
            ("features", "\(document.features.count)"), ("constraint", document.constraint.rawValue),
            ("bound", "\(document.differenceBound)"), ("method", document.method.rawValue),
        ]
        var notes = ["Before is a logistic regression on the same features without the constraint."]
        if let path { notes.insert("The classifier stands in \(path).", at: 0) }
        if let note = MitigationReport.excludedNote(evidence.excluded) { notes.append(note) }
        if outcome.missingFeatureCount > 0 {
            notes.append("\(NumberText.grouped(outcome.missingFeatureCount)) rows miss a feature and were left out.")
        }
        var parameters: [Text: Envelope.Parameter] = [
            "mitigation": .text("reduce"), "method": .text(Text(document.method.rawValue)), "label": .text(document.label),
            "positive": .text(document.positive), "features": .list(document.features.map { .text($0) }),
            "constraint": .text(Text(document.constraint.rawValue)), "difference_bound": .number(document.differenceBound),
            "inverse_regularisation": .number(document.inverseRegularisation),
        ]
        switch document.source {
        case .column(let column): parameters["sensitive"] = .text(column)
        case .rule(let rule): parameters["privileged"] = .text(Text(rule.description))
        }
        var members: [(String, JSONValue)] = [
            ("groups", MitigationReport.groupsJSON(evidence)), ("reduction", document.json),
            ("unconstrained", .object(JSONObject(ReductionDocument.members(of: outcome.unconstrained.classifier).map { ($0, $1) }))),
        ]
        switch outcome.found {
        case .mixture(let solution):
            notes.append(words(solution))
            members.append(("search", json(solution)))
        case .grid(let solution):
            notes.append("The best of \(solution.hypotheses.count) classifiers on the grid.")
            members.append(("search", json(solution)))
        }
        notes.append("Rates hold on these rows. Assess the classifier on others.")
        let envelope = ReportArguments.envelope(inputs: [document.data], parameters: parameters, results: try evidence.results())
        return MitigationReport(
            title: "A constrained classifier on \(rows.file.name)", data: rows.file,
            facts: DataFacts(rowCount: document.data.rows ?? 0, digest: document.data.digest), settings: settings,
            sections: MitigationReport.sections(evidence) + [coefficients(outcome)], notes: notes,
            json: ReportArguments.value(envelope, members))
    }

    private static func words(_ solution: ExponentiatedGradient.Solution) -> String {
        let used = solution.weights.count { $0 > 0 }
        let drawn = used == 1 ? "One classifier decides" : "Each row is decided by one of \(used) classifiers, drawn by their weights"
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
        let shown = [outcome.unconstrained.classifier] + parts.map(\.classifier)
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
                    for (name, value) in ReductionDocument.members(of: hypothesis.classifier) { object[name] = value }
                    return .object(object)
                }),
        ]
    }
}
