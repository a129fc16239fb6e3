/// A report as a comment on a change, in GitHub's and GitLab's Markdown: read in twenty seconds.
///
/// First the verdict, then what stands in the way, each in one line with what to do; what passed is folded away, and what it was
/// judged on stands in one line below. A number of findings beyond the limit is counted and not listed.
package enum CommentReport {
    private static let listed = 10

    package static func text(_ report: Report) -> String {
        let outcome = report.verdict?.outcome
        var lines = ["### \(sign(outcome)) \(MarkdownReport.escaped(report.title)): \(outcome.map(word) ?? "measured")", ""]
        let open = report.findings.filter { $0.outcome == .fail } + report.findings.filter { $0.outcome == .incomplete }
        let rest = report.findings.filter { $0.outcome != .fail && $0.outcome != .incomplete }
        if report.verdict != nil {
            lines += ["\(open.isEmpty ? "" : "**\(open.count)** not met, ")\(rest.count { $0.outcome == .pass }) met.", ""]
        }
        for finding in open.prefix(listed) {
            lines.append("- \(sign(finding.outcome)) \(name(finding)): \(MarkdownReport.escaped(finding.brief ?? finding.message))")
            if let remedy = finding.remedy { lines.append("  → \(MarkdownReport.escaped(remedy))") }
        }
        if open.count > listed { lines.append("- … and \(open.count - listed) more, in the full report") }
        if !open.isEmpty { lines.append("") }
        if !rest.isEmpty {
            lines += ["<details><summary>\(rest.count) met or not judged</summary>", ""]
            lines += rest.map { "- \(sign($0.outcome)) \(name($0)): \(MarkdownReport.escaped($0.brief ?? $0.message))" }
            lines += ["", "</details>", ""]
        }
        let facts = report.facts.filter { ["data", "model", "reference", "scored by"].contains($0.name) }
        if !facts.isEmpty {
            lines += ["<sub>\(facts.map { "\(MarkdownReport.escaped($0.name)): \(MarkdownReport.escaped(shortened($0.value)))" }.joined(separator: " · "))</sub>", ""]
        }
        for note in report.notes { lines += ["<sub>\(MarkdownReport.escaped(note))</sub>", ""] }
        return lines.joined(separator: "\n")
    }

    private static func name(_ finding: Report.Finding) -> String {
        "`\(finding.id)`" + (finding.place.isEmpty ? "" : " on \(MarkdownReport.escaped(finding.place))")
    }

    private static func sign(_ outcome: Report.Finding.Outcome?) -> String {
        switch outcome {
        case .pass: "✅"
        case .waived: "🟡"
        case .incomplete: "❓"
        case .fail: "❌"
        case .skipped, nil: "➖"
        }
    }

    private static func word(_ outcome: Report.Finding.Outcome) -> String {
        switch outcome {
        case .pass: "passed"
        case .waived: "passed with a waiver"
        case .incomplete: "could not be judged"
        case .fail: "failed"
        case .skipped: "not judged"
        }
    }

    /// Digests by their first twelve digits, and no more than what stands before a semicolon.
    private static func shortened(_ text: String) -> String {
        String(text.prefix { $0 != ";" }).replacing(#/sha256:([0-9a-f]{12})[0-9a-f]{52}/#) { "sha256:\($0.output.1)…" }
    }
}
