import AssayPages
import AssayPolicy
import AssayTerms

/// An explained policy as it is shown.
enum ExplanationText {
    static func text(_ explanation: PolicyExplanation, _ style: TextStyle) -> String {
        func prose(_ text: String, _ indent: Int) -> [String] { WrappedText.lines(text.printable, width: style.width, indent: indent) }
        var lines = [style.coloured("Policy \(explanation.title)", .strong), "sha256:\(explanation.digest.hex)"]
        if let description = explanation.description {
            lines.append("")
            for line in description.string.split(separator: "\n") { lines += prose(String(line), 0) }
        }
        for section in explanation.sections {
            lines += ["", style.coloured(section.heading, .strong)]
            for sentence in section.sentences { lines += prose(sentence, 2) }
            for (index, item) in section.items.enumerated() {
                lines += prose("\(index + 1). \(item.title)", 2)
                for sentence in item.sentences { lines += prose(sentence, 5) }
            }
        }
        return style.shown(lines.map { $0 + "\n" }.joined())
    }

    static func report(_ explanation: PolicyExplanation) -> Report {
        var report = Report(title: "Policy \(explanation.title)")
        report.facts = [("digest", "sha256:\(explanation.digest.hex)")]
        if let description = explanation.description { report.facts.append(("description", description.string)) }
        report.sections = explanation.sections.map { section in
            var drawn = Report.Section(heading: section.heading)
            drawn.paragraphs = [section.sentences.joined(separator: " ")]
            if !section.items.isEmpty {
                drawn.tables = [
                    Report.Table(
                        columns: [.init("#", isNumber: true), .init(section.part == .checks ? "check" : "who"), .init("in words")],
                        rows: section.items.enumerated().map { index, item in
                            ["\(index + 1)", item.title, item.sentences.joined(separator: " ")]
                        })
                ]
            }
            return drawn
        }
        return report
    }
}
