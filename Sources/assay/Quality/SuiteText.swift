import AssayEvidence
import AssayJSON
import AssayTerms

/// A suite's outcomes as people read them: what is not met first said in full, what is met in one line.
enum SuiteText {
    static func text(_ run: SuiteRun, _ envelope: Envelope) -> String {
        var text = ReportText()
        text.heading(envelope)
        text.blank()
        for (index, outcome) in run.outcomes.enumerated() {
            text.line("  \(outcome.success ? "met    " : "NOT MET")  \(run.title(index))")
            guard !outcome.success else { continue }
            if let exception = outcome.exception {
                text.wrapped(exception, indent: 11)
            } else if let count = outcome.result["unexpected_count"]?.integer {
                let percent = outcome.result["unexpected_percent"]?.number.map { " (\(NumberText.fixed($0)) %)" } ?? ""
                text.wrapped("\(NumberText.grouped(Int(count))) of \(NumberText.grouped(outcome.elementCount)) rows are unexpected\(percent)", indent: 11)
            } else if let observed = outcome.result["observed_value"] {
                let shown = String(decoding: observed.bytes(), as: UTF8.self)
                text.wrapped("observed: \(shown.count > 200 ? shown.prefix(199) + "…" : shown)", indent: 11)
            }
        }
        let met = run.outcomes.filter(\.success).count
        text.blank()
        text.line("\(met) of \(run.outcomes.count) expectations are met.")
        return text.text
    }
}
