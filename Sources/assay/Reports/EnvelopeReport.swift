import AssayEvidence
import AssayPages
import AssayTerms

/// An envelope's results as a report: a section for each examined column and each privileged group, one for the rest.
enum EnvelopeReport {
    static func report(_ envelope: Envelope, title: String) -> Report {
        var report = Report(title: title)
        report.facts = facts(of: envelope)
        report.sections = sections(of: envelope)
        return report
    }

    static func facts(of envelope: Envelope) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = []
        for input in envelope.inputs {
            let rows = input.rows.map { ", \(NumberText.grouped($0)) rows" } ?? ""
            facts.append((input.role, "\(input.name)\(rows), sha256:\(input.digest.hex)"))
        }
        for (name, parameter) in envelope.parameters.sorted(by: { $0.key < $1.key }) {
            facts.append((name.string.replacing("_", with: " "), text(parameter)))
        }
        facts.append(("provenance", envelope.provenance.rawValue))
        if let scorer = envelope.scorer { facts.append(("scored by", text(scorer))) }
        facts.append(("computed", "\(envelope.computedAt) by assay \(envelope.engineVersion)"))
        return facts
    }

    /// `joblib in a confined process; Python 3.11.7, numpy 2.4.6, …`.
    static func text(_ scorer: ScorerOrigin) -> String {
        let libraries = scorer.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "\(scorer.loader) in a confined process; " + (["Python \(scorer.python)"] + libraries).joined(separator: ", ")
    }

    private static func text(_ parameter: Envelope.Parameter) -> String {
        switch parameter {
        case .text(let text): text.string
        case .number(let number): "\(number)"
        case .integer(let integer): "\(integer)"
        case .flag(let flag): flag ? "yes" : "no"
        case .list(let list): list.map(text).joined(separator: ", ")
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key): \(text($0.value))" }.joined(separator: ", ")
        }
    }

    private struct Topic: Hashable {
        var column: Text?
        var privileged: String?
    }

    static func sections(of envelope: Envelope) -> [Report.Section] {
        var topics: [Topic] = []
        for result in envelope.results {
            let topic = Topic(column: result.column, privileged: result.privileged)
            if !topics.contains(topic) { topics.append(topic) }
        }
        return topics.map { topic in
            section(topic, envelope.results.filter { $0.column == topic.column && $0.privileged == topic.privileged })
        }
    }

    private static func section(_ topic: Topic, _ results: [CheckResult]) -> Report.Section {
        let heading =
            switch (topic.column, topic.privileged) {
            case (_, let privileged?): "Privileged: \(privileged)"
            case (let column?, nil): column.string
            case (nil, nil): "Measures"
            }
        var section = Report.Section(heading: heading)
        section.measures = results.map(measure)
        let rates = results.filter { isRate($0) }
        section.figures = rates.map { .bars(bars($0)) } + CurveFigures.figures(results)
        if let table = groupTable(rates) { section.tables.append(table) }
        if let excluded = excludedText(results) { section.paragraphs.append(excluded) }
        return section
    }

    private static func measure(_ result: CheckResult) -> Report.Measure {
        let descriptor = try? CheckCatalogue.descriptor(id: result.id)
        var scale: ClosedRange<Double>?
        if let least = descriptor?.least, let greatest = descriptor?.greatest { scale = Double(least)...Double(greatest) }
        return Report.Measure(
            id: result.id, value: result.value, interval: result.interval.map { $0.low...max($0.low, $0.high) },
            sentence: descriptor?.sentence ?? "", undefined: result.undefined, scale: scale)
    }

    /// A measure whose own value by group is listed, not a gap over groups.
    private static func isRate(_ result: CheckResult) -> Bool {
        result.groups.count > 1 && result.measure.map { result.id.hasSuffix("." + $0) || $0 == "base_rate" } ?? false
            && !result.id.contains("difference") && !result.id.contains("ratio") && result.privileged == nil
    }

    private static func bars(_ result: CheckResult) -> BarChart {
        BarChart(
            title: "\(heading(result)) by group",
            bars: result.groups.map { group in
                BarChart.Bar(
                    label: group.group.string, detail: "\(NumberText.grouped(group.count)) rows", value: group.value,
                    interval: group.interval.map { $0.low...max($0.low, $0.high) })
            },
            reference: result.value.map { ("all", $0) })
    }

    private static func groupTable(_ rates: [CheckResult]) -> Report.Table? {
        guard let first = rates.first, rates.allSatisfy({ $0.groups.map(\.group) == first.groups.map(\.group) }) else { return nil }
        let columns =
            [Report.Table.Column("group"), .init("rows", isNumber: true)]
            + rates.map { Report.Table.Column(heading($0), isNumber: true) }
        var rows = first.groups.indices.map { index in
            [first.groups[index].group.string, NumberText.grouped(first.groups[index].count)]
                + rates.map { $0.groups[index].value.map(NumberText.fixed) ?? "–" }
        }
        rows.append(["all", NumberText.grouped(first.rows)] + rates.map { $0.value.map(NumberText.fixed) ?? "–" })
        return Report.Table(columns: columns, rows: rows)
    }

    private static func heading(_ result: CheckResult) -> String {
        (result.measure ?? result.id).replacing("_", with: " ")
    }

    private static func excludedText(_ results: [CheckResult]) -> String? {
        guard let excluded = results.first?.excluded else { return nil }
        let parts = [
            ("a group", excluded.missingGroup), ("a label", excluded.missingLabel),
            ("a prediction or score", excluded.missingPrediction),
        ].filter { $0.1 > 0 }.map { "\(NumberText.grouped($0.1)) without \($0.0)" }
        return parts.isEmpty ? nil : "Rows left out: \(parts.joined(separator: ", "))."
    }
}
