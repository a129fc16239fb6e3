import AssayControls
import AssayJSON
import AssayPages

/// The server's coverage as people read it.
enum CoverageReport {
    private struct Finding {
        var state: ControlFinding.State
        var id: String
        var citation: String
        var title: String
        var reason: String?
        /// What shows or lacks, part by part.
        var parts: [String]
    }

    /// `loans/3`, one block for each state with its controls, what is open, and what the report is not.
    static func text(_ report: JSONValue) -> String {
        let findings = self.findings(report)
        var lines = [head(report), counts(findings), "which controls apply: \(basis(report))"]
        for state in ControlFinding.State.allCases {
            let here = findings.filter { $0.state == state }
            if here.isEmpty { continue }
            lines += ["", state.words]
            for finding in here {
                lines.append("  \(finding.id)  \(finding.title)  [\(finding.citation)]")
                if let reason = finding.reason { lines.append("      \(reason)") }
                if !state.isOutside { lines += finding.parts.map { "      \($0)" } }
            }
        }
        let open = uncertainties(report)
        if !open.isEmpty { lines += ["", "needs legal confirmation"] + open.map { "  \($0)" } }
        return (lines + ["", report["caution"]?.string ?? CoverageJSON.caution]).map { $0 + "\n" }.joined()
    }

    static func report(_ report: JSONValue) -> Report {
        let findings = self.findings(report)
        var page = Report(title: head(report))
        page.facts = [("controls", counts(findings)), ("what applies", basis(report))]
        for state in ControlFinding.State.allCases {
            let here = findings.filter { $0.state == state }
            if here.isEmpty { continue }
            var section = Report.Section(heading: "\(state.words) (\(here.count))")
            section.tables = [
                Report.Table(
                    columns: [.init("control"), .init("citation"), .init("title"), .init(state.isOutside ? "why" : "what shows it")],
                    rows: here.map { finding in
                        let why = [finding.reason].compactMap(\.self) + (state.isOutside ? [] : finding.parts)
                        return [finding.id, finding.citation, finding.title, why.joined(separator: "; ")]
                    })
            ]
            page.sections.append(section)
        }
        page.notes = uncertainties(report).map { "Needs legal confirmation: \($0)" } + [report["caution"]?.string ?? CoverageJSON.caution]
        return page
    }

    private static func head(_ report: JSONValue) -> String {
        let version = "\(report["model"]?.string ?? "?")/\(report["version"]?.integer ?? 0)".printable
        let digest = report["manifest"]?.string.map { "sha256:" + $0.prefix(12) + "…" } ?? "not frozen"
        return "\(report["title"]?.string ?? "?") for \(version) (\(digest)), as of \(report["as_of"]?.string ?? "?")"
    }

    private static func basis(_ report: JSONValue) -> String {
        let asked = [("role", report["roles"]), ("class", report["classes"])].compactMap { what, words in
            words?.array.map { "\(what) \($0.compactMap(\.string).joined(separator: ", "))" }
        }
        let said = report["basis"]?.string.map { "by \($0)" } ?? "nobody has classified the model, so every framework and class counts"
        return ([said.printable] + asked.map { "as asked: \($0)" }).joined(separator: "; ")
    }

    private static func counts(_ findings: [Finding]) -> String {
        ControlFinding.State.allCases.compactMap { state in
            let count = findings.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(state.words)"
        }.joined(separator: ", ")
    }

    private static func uncertainties(_ report: JSONValue) -> [String] {
        (report["uncertainties"]?.array ?? []).compactMap { $0["text"]?.string }
    }

    private static func findings(_ report: JSONValue) -> [Finding] {
        (report["controls"]?.array ?? []).compactMap { control in
            guard let state = control["state"]?.string.flatMap(ControlFinding.State.init(rawValue:)) else { return nil }
            return Finding(
                state: state, id: control["id"]?.string ?? "?", citation: control["citation"]?.string ?? "?",
                title: control["title"]?.string ?? "?", reason: control["reason"]?.string,
                parts: (control["parts"]?.array ?? []).map(part))
        }
    }

    /// `+ fairness_report: claim 12ab34cd5678 (recomputed)`, `- training_record: nothing here produces it; somebody attests it`.
    private static func part(_ part: JSONValue) -> String {
        let name = part["code"]?.string ?? "attestation (\(part["title"]?.string ?? "?"))"
        let proofs = (part["proofs"]?.array ?? []).map { proof in
            if let claim = proof["claim"]?.string { return "claim \(claim.prefix(12)) (\(proof["provenance"]?.string ?? "?"))" }
            return (proof["text"]?.string ?? "?").printable
        }
        return proofs.isEmpty ? "- \(name): \(part["lack"]?.string ?? "nothing")" : "+ \(name): \(proofs.joined(separator: ", "))"
    }
}

extension ControlFinding.State {
    /// Whether nothing is asked on that day, so that what is there does not matter.
    fileprivate var isOutside: Bool {
        switch self {
        case .notApplicable, .notYetInForce: true
        case .evidence, .attestation, .missing, .uncertain: false
        }
    }
}
