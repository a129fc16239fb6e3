import AssayEvidence
import AssayTerms

/// Drift as people read it: one row for each column, the verdict first.
enum DriftText {
    static func text(_ outcome: DriftEngine.Outcome, mode: DriftRequest.Mode, style: TextStyle) -> String {
        var text = ReportText(style)
        for input in outcome.envelope.inputs {
            let role = input.role == "data" ? "current" : input.role
            text.line("\(role)  \(input.name)  \(NumberText.grouped(input.rows ?? 0)) rows  sha256:\(input.digest.hex.prefix(16))…")
        }
        text.blank()
        if let verdict = outcome.envelope.results.first {
            text.wrapped(
                verdict.value == nil
                    ? "No column could be judged."
                    : "\(outcome.isDrift ? "Drift" : "No drift"): \(counts(outcome)).", indent: 0)
            for line in surplus(outcome) { text.wrapped(line, indent: 0) }
        }
        text.blank()
        var rows = [["column", "drift", "method", "value"] + (mode == .strict ? ["adjusted"] : ["threshold"])]
        var bars: [Double?] = [nil]
        var reasons: [String] = []
        for result in outcome.envelope.results.dropFirst() where result.column == nil && !EstimateText.holds(result) {
            let drifted = result.details["drifted"].map { $0 == .flag(true) ? "yes" : "no" } ?? "–"
            let name = String(result.id.dropFirst("drift.".count))
            rows.append([
                "(\(name))", drifted, shown(result.details["test"] ?? .text("energy")), result.value.map(shown) ?? "–",
                number(result.details["adjusted_p_value"]),
            ])
            bars.append(nil)
            if let reason = result.undefined { reasons.append("\(name): \(reason).") }
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
                bars.append(bar(result))
                if let reason = result.undefined, index == 0 { reasons.append("\(column.name): \(reason).") }
            }
        }
        text.table(rows, bars: bars) { row, column in
            guard row > 0, column == 1 else { return nil }
            return rows[row][column] == "yes" ? .bad : rows[row][column] == "no" ? .good : .unsure
        }
        if !reasons.isEmpty { text.blank() }
        for note in reasons { text.wrapped(note, indent: 2) }
        text.blank()
        for line in notes(outcome, mode: mode) { text.wrapped(line, indent: 0) }
        let estimates = outcome.envelope.results.filter(EstimateText.holds)
        if !estimates.isEmpty { EstimateText.add(estimates, to: &text) }
        return text.text
    }

    /// A distance as a share of 1, at most that; `nil` for p-values, which say how sure and not how far.
    private static func bar(_ result: CheckResult) -> Double? {
        guard let value = result.value, value >= 0, result.direction == .lowerIsBetter else { return nil }
        return min(value, 1)
    }

    /// `3 of 65 columns drifted`.
    static func counts(_ outcome: DriftEngine.Outcome) -> String {
        let judged = outcome.columns.count { $0.isDrift != nil }
        return "\(outcome.columns.count { $0.isDrift == true }) of \(judged) columns drifted"
    }

    /// A sentence for each side that has columns the other has not.
    static func surplus(_ outcome: DriftEngine.Outcome) -> [String] {
        [("only_in_reference", "reference"), ("only_in_current", "current data")].compactMap { name, place in
            guard case .list(let names)? = outcome.envelope.results.first?.details[Text(name)] else { return nil }
            return "Only in the \(place): \(names.map(shown).joined(separator: ", "))."
        }
    }

    /// What the numbers can and cannot say.
    static func notes(_ outcome: DriftEngine.Outcome, mode: DriftRequest.Mode) -> [String] {
        switch mode {
        case .strict:
            detectable(outcome) + [
                "Adjusted p-values hold the expected share of false alarms among the alarms at the rate. No drift found is "
                    + "no evidence of none below the sizes that could have been seen."
            ]
        case .evidently:
            [
                "Methods, bins and thresholds as Evidently 0.7.21 chooses them; several columns are judged without "
                    + "correction, and bins move with the current data."
            ]
        }
    }

    private static func shown(_ parameter: Envelope.Parameter) -> String {
        if case .text(let text) = parameter { text.string } else { "" }
    }

    static func number(_ parameter: Envelope.Parameter?) -> String {
        if case .number(let value)? = parameter { shown(value) } else { "" }
    }

    static func shown(_ value: Double) -> String {
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
