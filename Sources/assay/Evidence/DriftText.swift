import AssayEvidence
import AssayTerms

/// Drift as people read it: one row for each column, the verdict first.
enum DriftText {
    static func text(_ outcome: DriftEngine.Outcome, mode: DriftRequest.Mode) -> String {
        var text = ReportText()
        for input in outcome.envelope.inputs {
            let role = input.role == "data" ? "current" : input.role
            text.line("\(role)  \(input.name)  \(NumberText.grouped(input.rows ?? 0)) rows  sha256:\(input.digest.hex.prefix(16))…")
        }
        text.blank()
        if let verdict = outcome.envelope.results.first {
            let judged = outcome.columns.count { $0.isDrift != nil }
            let drifted = outcome.columns.count { $0.isDrift == true }
            text.wrapped(
                verdict.value == nil
                    ? "No column could be judged."
                    : "\(outcome.isDrift ? "Drift" : "No drift"): \(drifted) of \(judged) columns drifted.", indent: 0)
            for (name, place) in [("only_in_reference", "reference"), ("only_in_current", "current data")] {
                if case .list(let names)? = verdict.details[Text(name)] {
                    text.wrapped("Only in the \(place): \(names.map(shown).joined(separator: ", ")).", indent: 0)
                }
            }
        }
        text.blank()
        var rows = [["column", "drift", "method", "value"] + (mode == .strict ? ["adjusted"] : ["threshold"])]
        var notes: [String] = []
        for result in outcome.envelope.results.dropFirst() where result.column == nil {
            let drifted = result.details["drifted"].map { $0 == .flag(true) ? "yes" : "no" } ?? "–"
            let name = String(result.id.dropFirst("drift.".count))
            rows.append([
                "(\(name))", drifted, shown(result.details["test"] ?? .text("energy")), result.value.map(shown) ?? "–",
                number(result.details["adjusted_p_value"]),
            ])
            if let reason = result.undefined { notes.append("\(name): \(reason).") }
        }
        for column in outcome.columns {
            for (index, result) in column.results.enumerated() {
                let verdict = column.isDrift.map { $0 ? "yes" : "no" } ?? "–"
                let last = mode == .strict ? result.details["adjusted_p_value"] : result.details["threshold"]
                rows.append([
                    index == 0 ? column.name.string : "", index == 0 ? verdict : "",
                    String(result.id.dropFirst("drift.".count)), result.value.map(shown) ?? "–",
                    number(last),
                ])
                if let reason = result.undefined, index == 0 { notes.append("\(column.name): \(reason).") }
            }
        }
        text.table(rows)
        if !notes.isEmpty { text.blank() }
        for note in notes { text.wrapped(note, indent: 2) }
        text.blank()
        if mode == .strict {
            for line in detectable(outcome) { text.wrapped(line, indent: 0) }
            text.wrapped(
                "Adjusted p-values hold the expected share of false alarms among the alarms at the rate. No drift found is "
                    + "no evidence of none below the sizes that could have been seen.", indent: 0)
        } else {
            text.wrapped(
                "Methods, bins and thresholds as Evidently 0.7.21 chooses them; several columns are judged without "
                    + "correction, and bins move with the current data.", indent: 0)
        }
        return text.text
    }

    private static func shown(_ parameter: Envelope.Parameter) -> String {
        if case .text(let text) = parameter { text.string } else { "" }
    }

    private static func number(_ parameter: Envelope.Parameter?) -> String {
        if case .number(let value)? = parameter { shown(value) } else { "" }
    }

    private static func shown(_ value: Double) -> String {
        value > 0 && value < 0.0001 ? "<0.0001" : NumberText.fixed(value)
    }

    /// The largest of the columns' detectable sizes, for each kind of test.
    private static func detectable(_ outcome: DriftEngine.Outcome) -> [String] {
        let kinds: [(Text, String)] = [
            ("detectable_distance", "a distance of two distribution functions of"),
            ("detectable_effect_w", "an effect w over categories of"),
        ]
        return kinds.compactMap { name, words in
            let sizes = outcome.columns.flatMap(\.results).compactMap { result -> Double? in
                if case .number(let size)? = result.details[name] { size } else { nil }
            }
            guard let largest = sizes.max() else { return nil }
            return "These samples show \(words) \(NumberText.fixed(largest)) four times of five."
        }
    }
}
