import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayPages
import AssayTerms

/// What a mitigation did, once for all forms of answer: facts, sections with tables, notes, and the JSON.
struct MitigationReport {
    struct Section {
        var heading: String
        var heads: [String]
        /// The first cell is a name, the others are numbers unless `isProse`.
        var rows: [[String]]
        var isProse = false
        var figures: [Report.Figure] = []
    }

    var title: String
    var data: DataFile
    var facts: DataFacts
    /// Names and values, on one line in text.
    var settings: [(name: String, value: String)]
    var sections: [Section]
    var notes: [String]
    var json: JSONValue

    func write(_ arguments: ReportArguments, file: String) throws(AssayError) {
        try arguments.deliver(
            file: file, text: { text($0) }, json: { () throws(AssayError) in json.bytes(pretty: true) + [UInt8(ascii: "\n")] }, report: { report })
    }

    private func text(_ style: TextStyle) -> String {
        var text = ReportText(style)
        text.line("\(data.name)  \(NumberText.grouped(facts.rowCount)) rows  sha256:\(facts.digest.hex.prefix(16))…")
        text.wrapped(settings.map { "\($0.name) \($0.value)" }.joined(separator: ", "), indent: 0)
        for section in sections {
            text.blank()
            if section.isProse {
                for row in section.rows { text.wrapped(row.joined(separator: ": "), indent: 2) }
            } else {
                text.table([section.heads] + section.rows)
            }
        }
        text.blank()
        for note in notes { text.wrapped(note, indent: 0) }
        return text.text
    }

    private var report: Report {
        var report = Report(title: title)
        report.facts =
            [("data", "\(data.name), \(NumberText.grouped(facts.rowCount)) rows, sha256:\(facts.digest.hex)")] + settings
        report.sections = sections.map { section in
            var drawn = Report.Section(heading: section.heading)
            drawn.figures = section.figures
            let columns = section.heads.enumerated().map {
                Report.Table.Column($0.element, isNumber: $0.offset > 0 && !section.isProse)
            }
            drawn.tables = [Report.Table(columns: columns, rows: section.rows)]
            return drawn
        }
        report.notes = notes
        return report
    }

    static func shown(_ value: Double?) -> String { value.map(NumberText.fixed) ?? "–" }
}

// MARK: - Evidence before and after

extension MitigationReport {
    /// The measures of all rows and gaps, and the rates by group, each before and after where there is something before.
    static func sections(_ evidence: MitigationEvidence) -> [Section] {
        let isCompared = evidence.before != nil
        let changes = evidence.changes.map { change in
            guard let before = change.before else { return [Self.name(change.id), shown(change.after.value)] }
            let difference = both(before, change.after).map { NumberText.fixed($1 - $0) } ?? "–"
            return [Self.name(change.id), shown(before.value), shown(change.after.value), difference]
        }
        var groups = evidence.names.indices.map { group in
            [evidence.names[group].string, NumberText.grouped(evidence.after[group].rowCount)]
                + Self.rates(evidence.before?[group], evidence.after[group])
        }
        let after = MitigationEvidence.sum(evidence.after)
        groups.append(
            ["all", NumberText.grouped(after.rowCount)] + Self.rates(evidence.before.map(MitigationEvidence.sum), after))
        let rateHeads = ["selected", "true pos.", "false pos."]
        var byGroup = Section(
            heading: evidence.source.description,
            heads: ["group", "rows"] + (isCompared ? rateHeads.flatMap { [$0, "after"] } : rateHeads), rows: groups)
        let drawn: [(String?, [Confusion]?)] = [("before", evidence.before), (isCompared ? "after" : nil, evidence.after)]
        byGroup.figures = drawn.compactMap { name, confusions in
            guard let confusions else { return nil }
            return .bars(
                BarChart(
                    title: (["selection rate"] + [name].compactMap { $0 }).joined(separator: ", "),
                    bars: evidence.names.indices.map { group in
                        let proportion = Rate.selectionRate.proportion(of: confusions[group])
                        return BarChart.Bar(
                            label: evidence.names[group].string,
                            detail: "\(NumberText.grouped(confusions[group].rowCount)) rows", value: proportion.value,
                            interval: proportion.interval.map { $0.low...max($0.low, $0.high) })
                    }))
        }
        return [
            Section(
                heading: isCompared ? "Before and after" : "Decisions",
                heads: isCompared ? ["", "before", "after", "change"] : ["", "value"], rows: changes), byGroup,
        ]
    }

    private static func rates(_ before: Confusion?, _ after: Confusion) -> [String] {
        MitigationEvidence.rates.flatMap { rate in
            ([before].compactMap { $0 } + [after]).map { shown(rate.proportion(of: $0).value) }
        }
    }

    private static func both(_ before: Estimate, _ after: Estimate) -> (Double, Double)? {
        guard let first = before.value, let second = after.value else { return nil }
        return (first, second)
    }

    /// Which groups the bound does not hold for; `nil` where it holds for all.
    static func exceedingNote(_ losses: LossEvidence) -> String? {
        let groups = losses.exceeding
        guard !groups.isEmpty else { return nil }
        let shown = groups.prefix(10).map { "'\($0.name)' (\(ShortestDecimal.text(of: $0.after)))" }.joined(separator: ", ")
        let more = groups.count > 10 ? " and \(groups.count - 10) more" : ""
        return "NOT MET: the mean loss exceeds \(losses.upperBound) for \(groups.count == 1 ? "the group" : "the groups") "
            + "\(shown)\(more). Raise --upper-bound, or give features that tell these rows better."
    }

    /// Mean losses by group, and what none may exceed.
    static func section(_ losses: LossEvidence) -> Section {
        let isCompared = losses.all.before != nil
        let rows = (losses.groups + [losses.all]).map { group in
            [group.name.string, NumberText.grouped(group.rowCount)] + (isCompared ? [shown(group.before)] : []) + [shown(group.after)]
        }
        return Section(
            heading: "Mean \(losses.loss.name.replacing("_", with: "-")) loss by \(losses.source.description), at most \(losses.upperBound)",
            heads: ["group", "rows"] + (isCompared ? ["before", "after"] : ["loss"]), rows: rows)
    }

    /// `fairness.demographic_parity_difference` as it fits a table's first column.
    private static func name(_ id: String) -> String {
        switch id {
        case "performance.accuracy": "accuracy"
        case "performance.balanced_accuracy": "balanced accuracy"
        case "fairness.demographic_parity_difference": "gap: selection rate"
        case "fairness.equal_opportunity_difference": "gap: true positives"
        case "fairness.false_positive_rate_difference": "gap: false positives"
        case "fairness.equalized_odds_difference": "gap: equalized odds"
        case "fairness.accuracy_difference": "gap: accuracy"
        default: id
        }
    }

    /// Rates by group before and after.
    static func groupsJSON(_ evidence: MitigationEvidence) -> JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        return .array(
            evidence.names.indices.map { group in
                var object: JSONObject = [
                    "group": .string(evidence.names[group].string), "count": .integer(Int64(evidence.after[group].rowCount)),
                ]
                for rate in MitigationEvidence.rates {
                    object[rate.rawValue] = [
                        "before": number(evidence.before.flatMap { rate.proportion(of: $0[group]).value }),
                        "after": number(rate.proportion(of: evidence.after[group]).value),
                    ]
                }
                return .object(object)
            })
    }

    /// Mean losses by group before and after.
    static func lossesJSON(_ losses: LossEvidence) -> JSONValue {
        .array(
            losses.groups.map { group in
                [
                    "group": .string(group.name.string), "count": .integer(Int64(group.rowCount)),
                    "loss": ["before": group.before.map { .number($0) } ?? .null, "after": .number(group.after)],
                ]
            })
    }

    static func excludedNote(_ excluded: CheckResult.Excluded) -> String? {
        let parts = [
            ("a group", excluded.missingGroup), ("a label", excluded.missingLabel),
            ("a prediction or score", excluded.missingPrediction),
        ].filter { $0.1 > 0 }.map { "\(NumberText.grouped($0.1)) without \($0.0)" }
        return parts.isEmpty ? nil : "Rows left out: \(parts.joined(separator: ", "))."
    }
}
