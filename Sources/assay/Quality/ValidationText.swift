import AssayEvidence
import AssayTerms

/// A validation against a schema as people read it.
enum ValidationText {
    static func text(_ validation: SchemaValidation, _ envelope: Envelope, ignored: [Text]) -> String {
        var text = ReportText()
        text.heading(envelope)
        text.blank()
        if validation.anomalies.isEmpty { text.line("No anomalies were found.") }
        for anomaly in validation.anomalies {
            text.line("  \(anomaly.column): \(anomaly.kind.shortDescription) (\(anomaly.kind.rawValue))")
            text.wrapped(anomaly.description, indent: 4)
        }
        if !validation.distances.isEmpty {
            text.blank()
            var rows = [["column", "distance", "threshold", "by"]]
            for distance in validation.distances {
                let (name, threshold) =
                    switch distance.comparator {
                    case .infinityNorm(let threshold): ("L-infinity", threshold)
                    case .jensenShannon(let threshold): ("Jensen-Shannon, bits", threshold)
                    }
                rows.append([
                    distance.column.string, distance.value.map(NumberText.fixed) ?? "–", NumberText.fixed(threshold), name,
                ])
            }
            text.table(rows)
        }
        if let overlap = envelope.results.first(where: { $0.id == "quality.train_test_overlap" }), let shared = overlap.groups.first {
            text.blank()
            text.wrapped(
                "\(NumberText.grouped(shared.count)) of \(NumberText.grouped(overlap.rows)) rows stand in the other data as well.",
                indent: 0)
        }
        if !ignored.isEmpty {
            text.wrapped("Not checked, because nothing here looks at it: \(ignored.map(\.string).joined(separator: ", ")).", indent: 0)
        }
        return text.text
    }
}
