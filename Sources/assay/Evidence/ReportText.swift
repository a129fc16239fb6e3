import AssayEvidence
import AssayTerms

/// Results as people read them, within the width of where they are shown.
struct ReportText {
    let style: TextStyle
    private var lines: [String] = []
    /// Where intervals begin, as far as names leave room.
    private var intervalColumn: Int { min(58, style.width - 22) }
    private static let nameLimit = 20
    private static let barLimit = 40
    private static let leastBar = 8

    init(_ style: TextStyle) { self.style = style }

    var text: String { style.shown(lines.joined(separator: "\n") + "\n") }

    mutating func blank() { lines.append("") }

    mutating func line(_ text: String) { lines.append(text) }

    /// What was measured on which rows.
    mutating func heading(_ envelope: Envelope) {
        guard let data = envelope.inputs.first(where: { $0.role == "data" }) else { return }
        line("\(data.name)  \(NumberText.grouped(data.rows ?? 0)) rows  sha256:\(data.digest.hex.prefix(16))…")
        var parts: [String] = []
        for name in ["label", "labels", "positive", "prediction", "predictions", "score", "scores", "cutoff", "weight"] as [Text] {
            switch envelope.parameters[name] {
            case .text(let text): parts.append("\(name) \(text)")
            case .number(let number): parts.append("\(name) \(number)")
            case .list(let list):
                let names = list.compactMap { if case .text(let text) = $0 { text.string } else { nil } }
                parts.append("\(name) \(names.joined(separator: " "))")
            default: break
            }
        }
        wrapped(parts.joined(separator: ", "), indent: 0)
        if case .text(let rows)? = envelope.parameters["rows"] { wrapped("only rows where \(rows)", indent: 0) }
    }

    /// One measure: its name, value and interval, and the sentence that says what it is.
    mutating func measure(_ result: CheckResult) {
        let name = result.id
        guard let value = result.value else {
            line("  \(name)")
            wrapped("undefined: \(result.undefined ?? "no reason was given")", indent: 4)
            return
        }
        let shown = NumberText.fixed(value)
        let interval = result.interval.map { "  [\(NumberText.fixed($0.low)), \(NumberText.fixed($0.high))]" } ?? ""
        // Values stand below each other whether they have an interval or not.
        let padding = max(1, intervalColumn - 2 - Self.columns(name) - shown.count)
        line("  \(name)" + String(repeating: " ", count: padding) + shown + interval)
        if let sentence = try? CheckCatalogue.descriptor(id: result.id).sentence { wrapped(sentence, indent: 4) }
    }

    /// Rows left out, where there are any.
    mutating func excluded(_ excluded: CheckResult.Excluded) {
        let parts = [
            ("a group", excluded.missingGroup), ("a label", excluded.missingLabel),
            ("a prediction or score", excluded.missingPrediction),
        ].filter { $0.1 > 0 }.map { "\(NumberText.grouped($0.1)) without \($0.0)" }
        if !parts.isEmpty { wrapped("Rows left out: \(parts.joined(separator: ", ")).", indent: 2) }
    }

    /// A line that heads what follows.
    mutating func title(_ text: String) { line(style.coloured(text, .strong)) }

    /// A table: the first column to the left, the others to the right, each as wide as it must be.
    ///
    /// - Parameters:
    ///   - bars: by row, shares of 1 that are drawn behind it where there is room; `nil` draws none.
    ///   - colour: of a cell's text, by row and column.
    mutating func table(
        _ rows: [[String]], bars: [Double?] = [], colour: (Int, Int) -> TextStyle.Colour? = { _, _ in nil }
    ) {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { column < $0.count ? Self.columns(column == 0 ? Self.shortened($0[0]) : $0[column]) : 0 }.max() ?? 0
        }
        let taken = 2 + widths.reduce(0, +) + 2 * max(0, count - 1)
        let room = min(style.width - taken - 2, Self.barLimit)
        for (index, row) in rows.enumerated() {
            var text = "  "
            for (column, content) in row.enumerated() {
                let cell = column == 0 ? Self.shortened(content) : content
                let padding = String(repeating: " ", count: max(0, widths[column] - Self.columns(cell)))
                let shown = colour(index, column).map { style.coloured(cell, $0) } ?? cell
                text += column == 0 ? shown + padding : "  " + padding + shown
            }
            if index < bars.count, let share = bars[index], room >= Self.leastBar, row.count == count {
                let bar = style.bar(share, columns: room)
                if !bar.isEmpty { text += "  " + bar }
            }
            line(text)
        }
    }

    /// Every slice of a column with a few measures, as many as fit.
    mutating func slices(_ column: Text, _ results: [CheckResult]) {
        guard let first = results.first else { return }
        let shown = results.prefix(4)
        blank()
        title("\(column)")
        blank()
        var rows = [["slice", "rows"] + shown.map { String($0.id.drop { $0 != "." }.dropFirst()) }]
        for (index, group) in first.groups.enumerated() {
            rows.append(
                [group.group.string, NumberText.grouped(group.count)]
                    + shown.map { $0.groups[index].value.map(NumberText.fixed) ?? "–" })
        }
        table(rows, bars: [nil] + first.groups.map(Self.share))
        if results.count > shown.count { wrapped("All \(results.count) measures stand in --format json.", indent: 2) }
    }

    mutating func wrapped(_ text: String, indent: Int) {
        let margin = String(repeating: " ", count: indent)
        var current = margin
        for word in text.split(separator: " ") {
            if current.count > indent, Self.columns(current) + 1 + Self.columns(String(word)) > style.width {
                lines.append(current)
                current = margin
            }
            current += (current.count > indent ? " " : "") + word
        }
        if current.count > indent { lines.append(current) }
    }

    /// A group's value as a bar shows it; `nil` where it is no share of 1.
    static func share(_ group: CheckResult.Group) -> Double? { group.value.flatMap { (0...1).contains($0) ? $0 : nil } }

    /// Characters as a terminal counts them, near enough: one a character.
    private static func columns(_ text: String) -> Int { text.count }

    /// A name as it fits the first column, on one line.
    private static func shortened(_ name: String) -> String {
        let shown = String(name.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return shown.count <= nameLimit ? shown : shown.prefix(nameLimit - 1) + "…"
    }
}
