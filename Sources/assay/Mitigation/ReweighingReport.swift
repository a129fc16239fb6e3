import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayPages
import AssayTerms

/// What reweighing changed: the rate of positive labels by group before and after, and the factors.
struct ReweighingReport {
    let outcome: ReweighingRun.Outcome
    let run: ReweighingRun
    let weightsPath: String

    private struct Row {
        var name: Text
        var count: Int
        var before: Double?
        var after: Double?
        var positiveFactor: Double?
        var negativeFactor: Double?
    }

    private var rows: [Row] {
        outcome.names.indices.map { group in
            Row(
                name: outcome.names[group], count: outcome.rowCounts[group],
                before: outcome.reweighing.positiveRate(group: group, isReweighed: false),
                after: outcome.reweighing.positiveRate(group: group, isReweighed: true),
                positiveFactor: outcome.reweighing.factor(group: group, isPositive: true),
                negativeFactor: outcome.reweighing.factor(group: group, isPositive: false))
        }
    }

    private static let heads = ["group", "rows", "positive before", "after", "weight if positive", "if negative"]

    private var cells: [[String]] {
        rows.map {
            [$0.name.string, NumberText.grouped($0.count)]
                + [$0.before, $0.after, $0.positiveFactor, $0.negativeFactor].map(MitigationReport.shown)
        }
    }

    private var notes: [String] {
        var notes = ["The weights of \(NumberText.grouped(outcome.facts.rowCount)) rows stand in \(weightsPath)."]
        if outcome.unweighedCount > 0 {
            notes.append("\(NumberText.grouped(outcome.unweighedCount)) rows miss their label or group and have no weight.")
        }
        notes.append(
            "Weights make the labels' rates equal, not a model's decisions: train with them, and assess the model with `assay fairness`.")
        return notes
    }

    var report: MitigationReport {
        var section = MitigationReport.Section(heading: run.rows.groups.description, heads: Self.heads, rows: cells)
        section.figures = [(false, "before"), (true, "after")].map { isReweighed, name in
            .bars(
                BarChart(
                    title: "rate of positive labels, \(name)",
                    bars: rows.map {
                        BarChart.Bar(
                            label: $0.name.string, detail: "\(NumberText.grouped($0.count)) rows", value: isReweighed ? $0.after : $0.before)
                    }))
        }
        return MitigationReport(
            title: "Reweighing \(run.rows.file.name)", data: run.rows.file, facts: outcome.facts,
            settings: [
                ("label", label), ("positive", outcome.positive.name.string), ("groups", run.rows.groups.description),
                ("weights", weightsPath),
            ], sections: [section], notes: notes, json: json)
    }

    private var label: String { run.rows.label?.string ?? "" }

    private var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        let groups = rows.map { row in
            JSONValue.object([
                "group": .string(row.name.string), "count": .integer(Int64(row.count)),
                "positive_rate": .object(["before": number(row.before), "after": number(row.after)]),
                "factor": .object(["positive": number(row.positiveFactor), "negative": number(row.negativeFactor)]),
            ])
        }
        return .object([
            "method": .string("reweighing"), "label": .string(label), "positive": .string(outcome.positive.name.string),
            "data": .object([
                "name": .string(run.rows.file.name.string), "rows": .integer(Int64(outcome.facts.rowCount)),
                "digest": .object(["sha256": .string(outcome.facts.digest.hex)]),
            ]),
            "weights": .string(weightsPath), "unweighed_rows": .integer(Int64(outcome.unweighedCount)), "groups": .array(groups),
        ])
    }
}
