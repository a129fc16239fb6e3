import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayTerms

/// Thresholds in words, and the reports of choosing and of applying them.
enum ThresholdText {
    static func report(_ outcome: ThresholdRun.Outcome, rows: GroupedRows, writtenTo path: String?) throws(AssayError) -> MitigationReport {
        let document = outcome.document
        let evidence = outcome.evidence
        var settings: [(name: String, value: String)] = [
            ("label", document.label.string), ("positive", document.positive.string), ("score", document.score.string),
            ("groups", document.source.description), ("constraint", document.constraint.rawValue),
            ("objective", document.objective.rawValue),
        ]
        if let tolerance = document.tolerance { settings.append(("tolerance", "\(tolerance)")) }
        if document.isFlipped { settings.append(("flip", "yes")) }
        settings.append(("before", outcome.decidedBefore))
        var notes: [String] = []
        if let path { notes.append("The thresholds stand in \(path); `assay mitigate apply` decides rows by them.") }
        if let note = MitigationReport.excludedNote(evidence.excluded) { notes.append(note) }
        notes.append(
            document.isDeterministic
                ? "One threshold a group makes rates as equal as thresholds allow, not more."
                : "Rates after are what draws give on average; a row of a given key is always decided the same way.")
        notes.append("They were chosen on these rows. Assess them on others: `assay mitigate apply … --label \(document.label)`.")
        var envelope = ReportArguments.envelope(
            inputs: [document.data], parameters: parameters(document), results: try evidence.results())
        envelope.parameters["before"] = .text(Text(outcome.decidedBefore))
        return MitigationReport(
            title: "Thresholds by group on \(rows.file.name)", data: rows.file,
            facts: DataFacts(rowCount: document.data.rows ?? 0, digest: document.data.digest), settings: settings,
            sections: MitigationReport.sections(evidence) + [ruleSection(document)], notes: notes,
            json: ReportArguments.value(
                envelope,
                [
                    ("groups", MitigationReport.groupsJSON(evidence)), ("thresholds", document.json),
                    ("optimum", ["objective": .number(outcome.solution.objective), "rates": .array(outcome.solution.rates.map { .number($0) })]),
                ]))
    }

    private static func parameters(_ document: ThresholdDocument) -> [Text: Envelope.Parameter] {
        var parameters: [Text: Envelope.Parameter] = [
            "mitigation": .text("threshold"), "form": .text(document.isDeterministic ? "deterministic" : "randomised"),
            "label": .text(document.label), "positive": .text(document.positive), "score": .text(document.score),
            "constraint": .text(Text(document.constraint.rawValue)), "objective": .text(Text(document.objective.rawValue)),
            "grid_size": .integer(Int64(document.gridSize)), "flip": .flag(document.isFlipped),
        ]
        parameters["tolerance"] = document.tolerance.map { .number($0) }
        switch document.source {
        case .column(let column): parameters["sensitive"] = .text(column)
        case .rule(let rule): parameters["privileged"] = .text(Text(rule.description))
        }
        return parameters
    }

    private static func ruleSection(_ document: ThresholdDocument) -> MitigationReport.Section {
        MitigationReport.Section(
            heading: "Thresholds", heads: ["group", "positive where"],
            rows: document.groups.map { [$0.name.string, words($0.rule)] }, isProse: true)
    }

    /// `score > 0.41` or what is drawn.
    static func words(_ rule: ThresholdRule) -> String {
        func words(_ operation: ThresholdOperation) -> String {
            switch (operation.comparison, operation.threshold) {
            case (.above, .infinity), (.below, -.infinity): "never"
            case (.above, -.infinity), (.below, .infinity): "always"
            default: "score \(operation.comparison.rawValue) \(NumberText.fixed(operation.threshold))"
            }
        }
        let drawn: String
        if rule.p0 == 0 || rule.operation0 == rule.operation1 {
            drawn = words(rule.operation1)
        } else if rule.p1 == 0 {
            drawn = words(rule.operation0)
        } else {
            drawn =
                "\(words(rule.operation0)) with probability \(NumberText.fixed(rule.p0)), else \(words(rule.operation1))"
        }
        guard let ignoring = rule.ignoring, ignoring.share > 0 else { return drawn }
        return "\(drawn); in \(NumberText.fixed(ignoring.share)) of cases \(NumberText.fixed(ignoring.constant)) by chance instead"
    }

    static func report(
        _ outcome: ThresholdApplication.Outcome, _ application: ThresholdApplication, thresholds: Envelope.Input, writtenTo path: String
    ) throws(AssayError) -> MitigationReport {
        let document = application.document
        let file = application.rows.file
        var settings: [(name: String, value: String)] = [
            ("thresholds", thresholds.name.string), ("score", application.score.string),
            ("groups", application.rows.groups.description), ("seed", "\(application.seed)"),
        ]
        if let key = application.key { settings.append(("key", key.string)) }
        let decided = zip(document.groups, outcome.decided).map { group, decided in
            [
                group.name.string, NumberText.grouped(decided.count), NumberText.grouped(decided.positives),
                MitigationReport.shown(Proportion(successes: decided.positives, trials: decided.count).value),
            ]
        }
        var sections = [
            MitigationReport.Section(heading: "Decisions", heads: ["group", "decided", "positive", "rate"], rows: decided)
        ]
        if let evidence = outcome.evidence { sections += MitigationReport.sections(evidence) }
        var notes = ["The decisions on \(NumberText.grouped(outcome.facts.rowCount)) rows stand in \(path)."]
        let undecided = [
            ("no score", outcome.missingScoreCount), ("no group", outcome.missingGroupCount),
            ("a group without thresholds", outcome.unknownGroupCount),
        ].filter { $0.1 > 0 }.map { "\(NumberText.grouped($0.1)) with \($0.0)" }
        if !undecided.isEmpty { notes.append("Rows without a decision: \(undecided.joined(separator: ", ")).") }
        let input = Envelope.Input(role: "data", name: file.name, digest: outcome.facts.digest, rows: outcome.facts.rowCount)
        var parameters = self.parameters(document)
        parameters["score"] = .text(application.score)
        parameters["seed"] = .text(Text("\(application.seed)"))
        parameters["key"] = application.key.map { .text($0) }
        let envelope = ReportArguments.envelope(
            inputs: [input, thresholds], parameters: parameters, results: try outcome.evidence?.results() ?? [])
        let counts = zip(document.groups, outcome.decided).map { group, decided -> JSONValue in
            [
                "group": .string(group.name.string), "decided": .integer(Int64(decided.count)),
                "positive": .integer(Int64(decided.positives)),
            ]
        }
        let undecidedCounts: JSONValue = [
            "missing_score": .integer(Int64(outcome.missingScoreCount)), "missing_group": .integer(Int64(outcome.missingGroupCount)),
            "unknown_group": .integer(Int64(outcome.unknownGroupCount)),
        ]
        var members: [(String, JSONValue)] = [("decided", .array(counts)), ("undecided", undecidedCounts)]
        if let evidence = outcome.evidence { members.append(("groups", MitigationReport.groupsJSON(evidence))) }
        return MitigationReport(
            title: "Decisions by thresholds on \(file.name)", data: file, facts: outcome.facts, settings: settings, sections: sections,
            notes: notes, json: ReportArguments.value(envelope, members))
    }
}
