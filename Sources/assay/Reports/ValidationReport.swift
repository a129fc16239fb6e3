import AssayEvidence
import AssayPages
import AssayTerms

/// A validation against a schema as a report: a finding for each anomaly, and for each column that has none.
enum ValidationReport {
    /// The table has them all.
    private static let drawnColumns = 12

    static func report(
        _ validation: SchemaValidation, _ envelope: Envelope, columns: [Text], ignored: [Text], title: String
    ) -> Report {
        var report = Report(title: title)
        report.facts = EnvelopeReport.facts(of: envelope)
        let anomalies = validation.anomalies
        report.verdict =
            anomalies.isEmpty
            ? (.pass, "no anomalies were found")
            : (.fail, anomalies.count == 1 ? "one anomaly was found" : "\(anomalies.count) anomalies were found")
        report.findings = anomalies.map { anomaly in
            Report.Finding(
                id: anomaly.kind.isSkew ? "quality.skew" : "quality.schema_anomalies", place: anomaly.column.string,
                outcome: .fail,
                message: "\(anomaly.kind.shortDescription) (\(anomaly.kind.rawValue)): \(anomaly.description)",
                sentence: anomaly.kind.isSkew
                    ? "The column lies no farther from the other data than its threshold."
                    : "The column keeps to the schema.")
        }
        for column in columns where !anomalies.contains(where: { $0.column == column }) {
            report.findings.append(
                Report.Finding(
                    id: "quality.schema_anomalies", place: column.string, outcome: .pass, message: "no anomaly",
                    sentence: "The column keeps to the schema."))
        }
        for name in ignored {
            report.findings.append(
                Report.Finding(
                    id: "quality.schema_anomalies", place: name.string, outcome: .skipped, message: "not checked: nothing here looks at it",
                    sentence: "A part of the schema is held against the data."))
        }
        if !validation.distances.isEmpty { report.sections.append(distances(validation)) }
        if let overlap = ValidationText.overlap(envelope) { report.notes.append(overlap) }
        if let note = ValidationText.unchecked(ignored) { report.notes.append(note) }
        return report
    }

    private static func distances(_ validation: SchemaValidation) -> Report.Section {
        var section = Report.Section(heading: "Distance from the other data")
        let rows = validation.distances.sorted { ($0.value ?? -1) > ($1.value ?? -1) }
        let thresholds = Set(rows.map { ValidationText.comparator($0).threshold })
        let largest = max(thresholds.max() ?? 0, rows.first?.value ?? 0)
        section.figures = [
            .bars(
                BarChart(
                    title: rows.count > drawnColumns ? "the \(drawnColumns) farthest columns" : "by column",
                    bars: rows.prefix(drawnColumns).map {
                        BarChart.Bar(label: $0.column.string, detail: ValidationText.comparator($0).name, value: $0.value)
                    },
                    reference: thresholds.count == 1 ? thresholds.first.map { ("threshold", $0) } : nil,
                    scale: 0...max(largest * 1.1, 1e-9)))
        ]
        section.tables = [
            Report.Table(
                columns: [
                    .init("column"), .init("distance", isNumber: true), .init("threshold", isNumber: true), .init("by"),
                    .init("value that differs most"),
                ],
                rows: rows.map { distance in
                    let (name, threshold) = ValidationText.comparator(distance)
                    return [
                        distance.column.string, distance.value.map(NumberText.fixed) ?? "–", NumberText.fixed(threshold), name,
                        distance.worst?.string ?? "",
                    ]
                })
        ]
        return section
    }
}
