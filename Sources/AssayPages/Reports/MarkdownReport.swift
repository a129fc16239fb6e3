/// A report as Markdown (GitHub's dialect), for comments on changes and summaries of jobs.
package enum MarkdownReport {
    package static func text(_ report: Report) -> String {
        var lines = ["## \(escaped(report.title))", ""]
        if let verdict = report.verdict {
            lines += ["**\(verdict.outcome.rawValue)**: \(escaped(verdict.sentence))", ""]
        }
        if !report.facts.isEmpty {
            lines += report.facts.map { "- \(escaped($0.name)): \(escaped($0.value))" } + [""]
        }
        if !report.findings.isEmpty {
            lines += table(
                ["", "check", "on", "what was found"], numbers: [],
                report.findings.map { finding in
                    let words = finding.message + (finding.remedy.map { " → " + $0 } ?? "")
                    return [finding.outcome.rawValue, "`\(finding.id)`", escaped(finding.place), escaped(words)]
                })
        }
        for section in report.sections {
            lines += ["### \(escaped(section.heading))", ""]
            for paragraph in section.paragraphs { lines += [escaped(paragraph), ""] }
            if !section.measures.isEmpty {
                lines += table(["measure", "value", "interval", "what it is"], numbers: [1], section.measures.map(row))
            }
            lines += distributions(section.figures)
            for table in section.tables {
                lines += self.table(
                    table.columns.map { escaped($0.name) }, numbers: Set(table.columns.indices.filter { table.columns[$0].isNumber }),
                    table.rows.map { $0.map(escaped) })
            }
        }
        for note in report.notes { lines += [escaped(note), ""] }
        return lines.joined(separator: "\n")
    }

    private static func row(_ measure: Report.Measure) -> [String] {
        [
            "`\(measure.id)`", measure.value.map { ChartScale.decimals($0) } ?? "–",
            measure.interval.map { "\(ChartScale.decimals($0.lowerBound)) to \(ChartScale.decimals($0.upperBound))" } ?? "",
            escaped(measure.undefined.map { "undefined: \($0)" } ?? measure.sentence),
        ]
    }

    /// The distributions among the figures as rows of a table, drawn in characters.
    private static func distributions(_ figures: [Report.Figure]) -> [String] {
        let charts = figures.compactMap { figure in
            if case .distribution(let chart) = figure { chart } else { nil }
        }
        guard let first = charts.first else { return [] }
        return table(
            ["column", "", escaped(first.firstName), escaped(first.secondName), "what was found"], numbers: [],
            charts.map { chart in
                let lines = chart.lines
                return [
                    escaped(chart.title), chart.outcome?.rawValue ?? "", escaped(lines.first), escaped(lines.second), escaped(chart.note),
                ]
            })
    }

    private static func table(_ heads: [String], numbers: Set<Int>, _ rows: [[String]]) -> [String] {
        let rule = heads.indices.map { numbers.contains($0) ? "--:" : "---" }
        return ([heads, rule] + rows).map { "| \($0.joined(separator: " | ")) |" } + [""]
    }

    /// Text that Markdown and HTML take as it is, on one line.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "<", ">", "&":
                escaped += "\\"
                escaped.unicodeScalars.append(scalar)
            case "\n", "\r", "\t": escaped += " "
            // Where Markdown is shown, a name behind an at sign may call its bearer.
            case "@": escaped += "&#64;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
