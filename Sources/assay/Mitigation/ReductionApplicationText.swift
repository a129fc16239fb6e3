import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayTerms

/// The report of a reduction applied to a file.
enum ReductionApplicationText {
    static func report(
        _ outcome: ReductionApplication.Outcome, _ application: ReductionApplication, reduction: Envelope.Input, writtenTo path: String
    ) throws(AssayError) -> MitigationReport {
        let document = application.document
        let file = application.rows.file
        var settings: [(name: String, value: String)] = [("reduction", reduction.name.string), ("features", "\(document.features.count)")]
        var parameters = ReductionText.parameters(document)
        parameters["mitigation"] = .text("apply")
        if application.isExpected {
            settings.append(("form", "expected"))
            parameters["form"] = .text("expected")
        } else {
            settings.append(("seed", "\(application.seed)"))
            parameters["form"] = .text("randomised")
            parameters["seed"] = .text(Text("\(application.seed)"))
            if let key = application.key { settings.append(("key", key.string)) }
            parameters["key"] = application.key.map { .text($0) }
        }
        var notes = ["The answers on \(NumberText.grouped(outcome.facts.rowCount)) rows stand in \(path)."]
        if !document.goal.isOfNumbers {
            notes.append("\(NumberText.grouped(outcome.positiveCount)) of \(NumberText.grouped(outcome.answeredCount)) are positive.")
        }
        if outcome.missingFeatureCount > 0 {
            notes.append("Rows without an answer: \(NumberText.grouped(outcome.missingFeatureCount)) miss a feature.")
        }
        var members: [(String, JSONValue)] = [
            ("answered", .integer(Int64(outcome.answeredCount))), ("missing_feature", .integer(Int64(outcome.missingFeatureCount))),
        ]
        if !document.goal.isOfNumbers { members.append(("positive", .integer(Int64(outcome.positiveCount)))) }
        var sections: [MitigationReport.Section] = []
        if let evidence = outcome.evidence {
            sections += MitigationReport.sections(evidence)
            members.append(("groups", MitigationReport.groupsJSON(evidence)))
            if let note = MitigationReport.excludedNote(evidence.excluded) { notes.append(note) }
        }
        if let losses = outcome.losses {
            sections.append(MitigationReport.section(losses))
            members.append(("losses", MitigationReport.lossesJSON(losses)))
            if let note = MitigationReport.exceedingNote(losses) { notes.append(note) }
            if let note = MitigationReport.excludedNote(losses.excluded) { notes.append(note) }
        }
        let input = Envelope.Input(role: "data", name: file.name, digest: outcome.facts.digest, rows: outcome.facts.rowCount)
        let envelope = ReportArguments.envelope(
            inputs: [input, reduction], parameters: parameters, results: try ReductionText.results(outcome.evidence, outcome.losses))
        return MitigationReport(
            title: "Answers by a reduction on \(file.name)", data: file, facts: outcome.facts, settings: settings, sections: sections,
            notes: notes, json: ReportArguments.value(envelope, members))
    }
}
