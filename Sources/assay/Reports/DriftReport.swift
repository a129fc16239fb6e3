import AssayEvidence
import AssayPages
import AssayTerms

/// Drift as a report: a finding for each column and for whole rows, the distributions side by side with those that drifted
/// first, and every number in one table.
enum DriftReport {
    static func report(_ outcome: DriftEngine.Outcome, mode: DriftRequest.Mode, title: String) -> Report {
        var report = Report(title: title)
        report.facts = EnvelopeReport.facts(of: outcome.envelope)
        report.verdict =
            outcome.isJudged
            ? (outcome.isDrift ? .fail : .pass, DriftText.counts(outcome))
            : (.incomplete, "no column could be judged")
        let rows = outcome.envelope.results.filter { result in
            result.column == nil && result.id != "drift.dataset" && !EstimateText.holds(result)
        }
        report.findings = rows.map(finding) + outcome.columns.map(finding)
        let estimates = outcome.envelope.results.filter(EstimateText.holds)
        report.sections = (estimates.isEmpty ? [] : [estimated(estimates)]) + [distributions(outcome), numbers(outcome, rows: rows)]
        report.notes = DriftText.surplus(outcome) + DriftText.notes(outcome, mode: mode)
        return report
    }

    private static func verdict(_ isDrift: Bool?) -> Report.Finding.Outcome {
        isDrift.map { $0 ? .fail : .pass } ?? .skipped
    }

    private static func finding(_ result: CheckResult) -> Report.Finding {
        Report.Finding(
            id: result.id, outcome: verdict(result.details["drifted"].map { $0 == .flag(true) }), message: words([result]),
            sentence: DriftEngine.sentence(of: result.id))
    }

    /// Named after the check that decided: the first that found drift, else the first.
    private static func finding(_ column: DriftEngine.Column) -> Report.Finding {
        let deciding = column.results.first { $0.details["drifted"] == .flag(true) } ?? column.results.first
        let id = deciding?.id ?? "drift.dataset"
        return Report.Finding(
            id: id, place: column.name.string, outcome: verdict(column.isDrift), message: words(column.results),
            sentence: DriftEngine.sentence(of: id))
    }

    /// `ks 0.0312, adjusted p 0.0041; psi 0.0210`.
    private static func words(_ results: [CheckResult]) -> String {
        let defined = results.filter { $0.value != nil }
        if let reason = results.first?.undefined, defined.isEmpty { return reason }
        return defined.map { result in
            let name = String(result.id.dropFirst("drift.".count)).replacing("_", with: " ")
            let adjusted = DriftText.number(result.details["adjusted_p_value"])
            if !adjusted.isEmpty {
                let size = result.details["statistic"] ?? result.value.map { .number($0) }
                let statistic = DriftText.number(size)
                return "\(name)\(statistic.isEmpty ? "" : " " + statistic), adjusted p \(adjusted)"
            }
            let threshold = DriftText.number(result.details["threshold"])
            return "\(name) \(result.value.map(DriftText.shown) ?? "–")" + (threshold.isEmpty ? "" : " against \(threshold)")
        }.joined(separator: "; ")
    }

    private static func distributions(_ outcome: DriftEngine.Outcome) -> Report.Section {
        var section = Report.Section(heading: "Distributions")
        let order: [Bool?] = [true, false, nil]
        let columns = order.flatMap { verdict in outcome.columns.filter { $0.isDrift == verdict } }
        section.figures = columns.compactMap { column in
            column.distribution.map { .distribution(chart(column, $0)) }
        }
        return section
    }

    private static func chart(_ column: DriftEngine.Column, _ distribution: DriftDistribution) -> DistributionChart {
        func shares(_ counts: [Int], beyond: Int) -> [Double] {
            let total = counts.reduce(beyond, +)
            return counts.map { total == 0 ? 0 : Double($0) / Double(total) }
        }
        let bins: DistributionChart.Bins =
            switch distribution.bins {
            case .numbers(let edges): .numbers(edges: edges)
            case .values(let names): .values(names.map(\.string))
            }
        var note = words(column.results)
        let beyond = distribution.beyond
        if beyond.reference + beyond.current > 0 {
            note += "; beyond what is drawn: \(NumberText.grouped(beyond.reference)) rows of the reference, "
                + "\(NumberText.grouped(beyond.current)) of the current data"
        }
        return DistributionChart(
            title: column.name.string, outcome: verdict(column.isDrift), note: note, firstName: "reference",
            secondName: "current", bins: bins, first: shares(distribution.reference, beyond: beyond.reference),
            second: shares(distribution.current, beyond: beyond.current))
    }

    private static func estimated(_ estimates: [CheckResult]) -> Report.Section {
        var section = Report.Section(heading: "Estimated performance")
        section.paragraphs = ["By \(EstimateText.method(estimates)).", EstimateText.note(estimates)]
        let isLoss = EstimateText.isLoss(estimates)
        section.measures = estimates.map { result in
            let before = result.groups.first?.value.map { " Measured on the reference: \(NumberText.fixed($0))." } ?? ""
            return Report.Measure(
                id: result.id, value: result.value, interval: result.interval.map { $0.low...max($0.low, $0.high) },
                sentence: (EstimationEngine.sentence(of: result.id) ?? "") + before, undefined: result.undefined, scale: isLoss ? nil : 0...1)
        }
        return section
    }

    private static func numbers(_ outcome: DriftEngine.Outcome, rows: [CheckResult]) -> Report.Section {
        var section = Report.Section(heading: "Numbers")
        let results = rows.map { ("", $0) } + outcome.columns.flatMap { column in column.results.map { (column.name.string, $0) } }
        section.tables = [
            Report.Table(
                columns: [
                    .init("column"), .init("check"), .init("value", isNumber: true), .init("adjusted p", isNumber: true),
                    .init("threshold", isNumber: true), .init("drifted"), .init("reference", isNumber: true),
                    .init("current", isNumber: true), .init("missing"),
                ],
                rows: results.map { name, result in
                    [
                        name, result.id, result.value.map(DriftText.shown) ?? "–",
                        DriftText.number(result.details["adjusted_p_value"]), DriftText.number(result.details["threshold"]),
                        result.details["drifted"].map { $0 == .flag(true) ? "yes" : "no" } ?? "–",
                        NumberText.grouped(result.groups.first?.count ?? 0), NumberText.grouped(result.groups.last?.count ?? 0),
                        missing(result),
                    ]
                })
        ]
        return section
    }

    /// `12 and 15`; empty where none is missing.
    private static func missing(_ result: CheckResult) -> String {
        guard case .integer(let reference)? = result.details["missing_reference"],
            case .integer(let current)? = result.details["missing_current"], reference + current > 0
        else { return "" }
        return "\(NumberText.grouped(Int(reference))) and \(NumberText.grouped(Int(current)))"
    }
}
