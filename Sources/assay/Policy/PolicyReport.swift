import AssayCanonical
import AssayJSON
import AssayPages
import AssayPolicy
import AssayTerms
import AssayWorkflows

/// What `assay check` answers.
struct PolicyReport {
    let policy: Policy
    let part: GateOutcome.Part
    /// One for each part of the rows that checks look at; none for a policy without checks.
    let envelopes: [Envelope]
    /// What the answer is headed by, where it is no policy's; `nil` is the policy's title.
    var subject: String?
    private var heading: String { subject ?? "Policy \(policy.title)" }
    /// `nil` for a policy without checks.
    var envelope: Envelope? { envelopes.first }

    func text(_ style: TextStyle) -> String {
        func word(_ decision: Decision) -> String {
            let colour: TextStyle.Colour =
                switch decision {
                case .pass: .good
                case .waived, .incomplete: .unsure
                case .fail: .bad
                }
            return style.coloured(decision.rawValue, colour)
        }
        var lines = ["\(heading): \(word(part.decision))"]
        if let rows = policy.data?.rows, envelope != nil { lines.append("  only rows where \(rows)") }
        if let scorer = envelope?.scorer { lines.append("  scored by \(EnvelopeReport.text(scorer))") }
        for reason in part.reasons {
            lines.append("  \(word(reason.decision)): \(reason.text).")
            if let remedy = remedy(reason) { lines.append("     → \(remedy)") }
        }
        if !policy.approvals.isEmpty {
            lines.append("Approvals are given at the registry and were not judged here.")
        }
        return style.shown(lines.map { $0 + "\n" }.joined())
    }

    /// For the forms that are drawn: each requirement a finding, the evidence below.
    var report: Report {
        var report = Report(title: heading)
        if let envelope {
            report = EnvelopeReport.report(envelope, title: report.title)
        }
        for envelope in envelopes.dropFirst() {
            guard case .text(let rows)? = envelope.parameters["rows"] else { continue }
            report.sections += EnvelopeReport.sections(of: envelope).map { section in
                var section = section
                section.heading = "\(section.heading), where \(rows)"
                return section
            }
        }
        let broken = part.reasons.count { !$0.decision.allows }
        let sentence =
            broken == 0
            ? "every requirement that can be judged without a registry is met"
            : "\(broken) of \(part.reasons.count) requirements \(broken == 1 ? "is" : "are") not met"
        report.verdict = (Self.outcome(part.decision), sentence)
        report.findings = part.reasons.map { reason in
            var finding = Report.Finding(
                id: reason.requirement, place: reason.column?.string ?? "", outcome: Self.outcome(reason.decision),
                message: reason.text, remedy: remedy(reason))
            finding.brief = Self.brief(reason)
            return finding
        }
        if !policy.approvals.isEmpty {
            report.notes.append("Approvals are given at the registry and were not judged here.")
        }
        return report
    }

    /// `0.2333, limit max 0.1 (black 0.6751, hispanic 0.7658, white 0.9084)`; more than six groups are not listed.
    private static func brief(_ reason: GateReason) -> String? {
        guard let result = reason.measurement?.result, let value = result.value, let limit = reason.limit else { return nil }
        let groups = result.groups.map { "\($0.group) \($0.value.map(NumberText.fixed) ?? "–")" }
        return "\(NumberText.fixed(value)), limit \(limit)"
            + ((1...6).contains(groups.count) ? " (\(groups.joined(separator: ", ")))" : "")
    }

    private static func outcome(_ decision: Decision) -> Report.Finding.Outcome {
        switch decision {
        case .pass: .pass
        case .waived: .waived
        case .incomplete: .incomplete
        case .fail: .fail
        }
    }

    /// What to do in a job, where there is no registry to ask again.
    private func remedy(_ reason: GateReason) -> String? {
        switch reason.code {
        case .met, .limitBroken: nil
        case .provenanceRefused where !policy.accept.contains(.recomputed) && policy.accept.contains(.attested):
            "hand it in with --push, as an evaluator whom the policy names under 'evaluators'"
        case .provenanceRefused:
            "judge the model itself (predictions: from-model, and --model), or have the policy accept 'supplied'"
        case .evidenceMissing, .evidenceOutdated, .evidencePending:
            "give the rows and columns that the policy names"
        case .baselineMissing:
            "compare with the version in production at the registry, or write 'if-none: pass'"
        default: reason.remedy
        }
    }

    /// The evidence as an in-toto statement, with the decision and its reasons beside `results`.
    func json() throws(AssayError) -> [UInt8] {
        let outcome = GateOutcome(
            basis: .policies, decision: part.decision, parts: [part], binding: nil, approvers: [])
        var object: JSONObject = [:]
        if let envelope, case .object(let statement) = EnvelopeJSON.commandLineValue(of: envelope) {
            object = statement
        }
        // What is of a part of the rows is a statement of its own.
        if envelopes.count > 1 { object["slices"] = .array(envelopes.dropFirst().map { EnvelopeJSON.statement(of: $0) }) }
        let decision = DecisionJSON.value(of: outcome)
        object["decision"] = decision["decision"]
        object["policies"] = decision["policies"]
        return JSONValue.object(object).bytes(pretty: true) + [UInt8(ascii: "\n")]
    }
}
