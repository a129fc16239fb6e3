import AssayColumns
import AssayEvidence
import AssayMetrics
import AssayPages
import AssayTerms

/// A profile as people read it: a table of all columns, then one of the numbers.
enum ProfileText {
    static func text(_ profile: DataProfile, _ envelope: Envelope, style: TextStyle) -> String {
        var text = ReportText(style)
        text.heading(envelope)
        text.blank()
        text.table(columns(of: profile))
        let numbers = numbers(of: profile)
        guard numbers.count > 1 else { return text.text }
        text.blank()
        text.table(numbers)
        if let note = note(profile) { text.wrapped(note, indent: 2) }
        return text.text
    }

    static func report(_ profile: DataProfile, _ envelope: Envelope, title: String) -> Report {
        var report = EnvelopeReport.report(envelope, title: title)
        for (heading, rows, texts) in [("Columns", columns(of: profile), [0, 1, 4]), ("Numbers", numbers(of: profile), [0])] {
            guard rows.count > 1 else { continue }
            var section = Report.Section(heading: heading)
            let heads = rows[0].enumerated().map { Report.Table.Column($1, isNumber: !texts.contains($0)) }
            section.tables = [Report.Table(columns: heads, rows: Array(rows.dropFirst()))]
            report.sections.append(section)
        }
        if let note = note(profile) { report.notes.append(note) }
        return report
    }

    private static func columns(of profile: DataProfile) -> [[String]] {
        var rows = [["column", "type", "missing", "distinct", "most frequent"]]
        for (column, personalData) in zip(profile.columns, profile.personalData) {
            let kinds = personalData.findings().findings.map(\.kind.rawValue)
            let top = kinds.isEmpty ? column.counts.top(1)?.first.map { top in
                "\(column.type == .boolean ? (top.value == .integer(0) ? "false" : "true") : shortened(top.value.name.string)) (\(NumberText.grouped(top.count)))"
            } : kinds.joined(separator: ", ")
            rows.append([
                column.name.string, column.type.rawValue, NumberText.grouped(column.missingCount),
                (column.counts.isExact ? "" : "about ") + NumberText.grouped(column.counts.distinctCount), top ?? "–",
            ])
        }
        return rows
    }

    private static func described(_ profile: DataProfile) -> [ColumnStatistics] {
        profile.columns.filter { $0.type.domain == .numbers && $0.presentCount > 0 }
    }

    private static func numbers(of profile: DataProfile) -> [[String]] {
        [["column", "min", "median", "mean", "max", "std"]]
            + described(profile).map { column in
                let moments = column.moments
                let numbers = [
                    moments.least, column.quantiles.sorted().quantile(0.5), moments.mean, moments.greatest, moments.standardDeviation,
                ]
                return [column.name.string] + numbers.map { $0.map(NumberText.fixed) ?? "–" }
            }
    }

    private static func note(_ profile: DataProfile) -> String? {
        let approximate = described(profile).filter { !$0.quantiles.isExact }
        return approximate.map(\.quantiles.rankError).max().map { "Medians are within \(NumberText.fixed($0 * 100)) % of their rank." }
    }

    private static func shortened(_ text: String) -> String { text.count <= 24 ? text : text.prefix(23) + "…" }
}
