import AssayColumns
import AssayEvidence
import AssayMetrics
import AssayTerms

/// A profile as people read it: a table of all columns, then one of the numbers.
enum ProfileText {
    static func text(_ profile: DataProfile, _ envelope: Envelope) -> String {
        var text = ReportText()
        text.heading(envelope)
        text.blank()
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
        text.table(rows)
        let numbers = profile.columns.filter { $0.type.domain == .numbers && $0.presentCount > 0 }
        guard !numbers.isEmpty else { return text.text }
        text.blank()
        rows = [["column", "min", "median", "mean", "max", "std"]]
        for column in numbers {
            let moments = column.moments
            rows.append(
                [column.name.string]
                    + [moments.least, column.quantiles.sorted().quantile(0.5), moments.mean, moments.greatest, moments.standardDeviation]
                    .map { $0.map(NumberText.fixed) ?? "–" })
        }
        text.table(rows)
        let approximate = numbers.filter { !$0.quantiles.isExact }
        if let worst = approximate.map(\.quantiles.rankError).max() {
            text.wrapped("Medians are within \(NumberText.fixed(worst * 100)) % of their rank.", indent: 2)
        }
        return text.text
    }

    private static func shortened(_ text: String) -> String { text.count <= 24 ? text : text.prefix(23) + "…" }
}
