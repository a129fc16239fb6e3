/// A report as JUnit XML, which every CI system shows: a test case for each finding, or for each measure where nothing was
/// judged. Incomplete is an error, since it must not be taken for a pass.
package enum JUnitReport {
    package static func text(_ report: Report) -> String {
        let cases = report.findings.isEmpty ? measured(report) : report.findings.map { testCase($0) }
        let failures = report.findings.count { $0.outcome == .fail }
        let errors = report.findings.count { $0.outcome == .incomplete }
        let counts = "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
        let name = Markup.escaped(report.title)
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"assay\" \(counts)>"]
        let skipped = report.findings.count { $0.outcome == .skipped }
        lines.append("<testsuite name=\"\(name)\" \(counts) skipped=\"\(skipped)\">")
        if !report.facts.isEmpty {
            let facts = report.facts.map {
                "<property name=\"\(Markup.escaped($0.name))\" value=\"\(Markup.escaped($0.value))\"/>"
            }
            lines.append("<properties>\(facts.joined())</properties>")
        }
        return (lines + cases + ["</testsuite>", "</testsuites>"]).joined(separator: "\n") + "\n"
    }

    private static func testCase(_ finding: Report.Finding) -> String {
        let start = start(finding.id, finding.place)
        let words = finding.message + (finding.remedy.map { "\n→ " + $0 } ?? "")
        switch finding.outcome {
        case .fail: return problem(start, "failure", finding, words)
        case .incomplete: return problem(start, "error", finding, words)
        case .skipped: return "\(start)><skipped message=\"\(Markup.escaped(words))\"/></testcase>"
        case .pass, .waived: return "\(start)><system-out>\(Markup.escaped(words))</system-out></testcase>"
        }
    }

    private static func problem(_ start: String, _ kind: String, _ finding: Report.Finding, _ words: String) -> String {
        "\(start)><\(kind) type=\"\(finding.outcome.rawValue)\" message=\"\(Markup.escaped(finding.message))\">"
            + "\(Markup.escaped(words))</\(kind)></testcase>"
    }

    private static func measured(_ report: Report) -> [String] {
        report.sections.flatMap { section in
            section.measures.map { measure in
                let words = measure.value.map { "\($0)" } ?? "undefined: \(measure.undefined ?? "no reason was given")"
                return "\(start(measure.id, section.heading))><system-out>\(Markup.escaped(words))</system-out></testcase>"
            }
        }
    }

    private static func start(_ id: String, _ place: String) -> String {
        let name = place.isEmpty ? id : "\(id) [\(place)]"
        let family = id.split(separator: ".").first.map(String.init) ?? id
        return "<testcase classname=\"assay.\(Markup.escaped(family))\" name=\"\(Markup.escaped(name))\""
    }
}
