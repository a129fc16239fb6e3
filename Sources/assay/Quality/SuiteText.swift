import AssayEvidence
import AssayJSON
import AssayPages
import AssayTerms

/// A suite's outcomes as people read them: what is not met first said in full, what is met in one line.
enum SuiteText {
    static func text(_ run: SuiteRun, _ envelope: Envelope, style: TextStyle) -> String {
        var text = ReportText(style)
        text.heading(envelope)
        text.blank()
        for (index, outcome) in run.outcomes.enumerated() {
            let met = outcome.success ? style.coloured("met    ", .good) : style.coloured("NOT MET", .bad)
            text.line("  \(met)  \(run.title(index))")
            guard !outcome.success || outcome.isVacuous else { continue }
            if let found = found(outcome) { text.wrapped(found, indent: 11) }
        }
        text.blank()
        text.line("\(counts(run)).")
        return text.text
    }

    /// Each expectation a finding.
    static func report(_ run: SuiteRun, _ envelope: Envelope, title: String) -> Report {
        var report = Report(title: title)
        report.facts = EnvelopeReport.facts(of: envelope)
        report.verdict = (run.isSuccess ? .pass : .fail, counts(run))
        report.findings = run.outcomes.enumerated().map { index, outcome in
            Report.Finding(
                id: "quality.expectations", place: run.title(index), outcome: outcome.success ? .pass : .fail,
                message: found(outcome) ?? (outcome.success ? "met" : "not met"),
                sentence: "An expectation of the suite is met by the data.")
        }
        return report
    }

    private static func counts(_ run: SuiteRun) -> String {
        "\(run.outcomes.filter(\.success).count) of \(run.outcomes.count) expectations are met"
    }

    /// What the data showed instead, or why it could not be asked.
    private static func found(_ outcome: ExpectationOutcome) -> String? {
        if let exception = outcome.exception { return exception }
        if outcome.isVacuous { return "its row_condition lets no row through" }
        if let count = outcome.result["unexpected_count"]?.integer {
            let percent = outcome.result["unexpected_percent"]?.number.map { " (\(NumberText.fixed($0)) %)" } ?? ""
            return "\(NumberText.grouped(Int(count))) of \(NumberText.grouped(outcome.elementCount)) rows are unexpected\(percent)"
        }
        guard let observed = outcome.result["observed_value"] else { return nil }
        let shown = String(decoding: observed.bytes(), as: UTF8.self)
        return "observed: \(shown.count > 200 ? shown.prefix(199) + "…" : shown)"
    }
}
