import AssayEvidence
import AssayTerms

/// A validation against a schema as people read it.
enum ValidationText {
    static func text(_ validation: SchemaValidation, _ envelope: Envelope, ignored: [Text], style: TextStyle) -> String {
        var text = ReportText(style)
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
            let over = validation.distances.map { distance in (distance.value ?? 0) > comparator(distance).threshold }
            for distance in validation.distances {
                let (name, threshold) = comparator(distance)
                rows.append([
                    distance.column.string, distance.value.map(NumberText.fixed) ?? "–", NumberText.fixed(threshold), name,
                ])
            }
            text.table(rows, bars: [nil] + validation.distances.map { $0.value.map { min($0, 1) } }) { row, column in
                row > 0 && column == 1 && over[row - 1] ? .bad : nil
            }
        }
        if let overlap = overlap(envelope) {
            text.blank()
            text.wrapped(overlap, indent: 0)
        }
        if let note = unchecked(ignored) { text.wrapped(note, indent: 0) }
        return text.text
    }

    static func comparator(_ distance: SchemaValidation.Distance) -> (name: String, threshold: Double) {
        switch distance.comparator {
        case .infinityNorm(let threshold): ("L-infinity", threshold)
        case .jensenShannon(let threshold): ("Jensen-Shannon, bits", threshold)
        }
    }

    /// How many rows stand in the other data as well, where that was counted.
    static func overlap(_ envelope: Envelope) -> String? {
        guard let overlap = envelope.results.first(where: { $0.id == "quality.train_test_overlap" }), let shared = overlap.groups.first
        else { return nil }
        return "\(NumberText.grouped(shared.count)) of \(NumberText.grouped(overlap.rows)) rows stand in the other data as well."
    }

    static func unchecked(_ ignored: [Text]) -> String? {
        ignored.isEmpty
            ? nil : "Not checked, because nothing here looks at it: \(ignored.map(\.string).joined(separator: ", "))."
    }
}
