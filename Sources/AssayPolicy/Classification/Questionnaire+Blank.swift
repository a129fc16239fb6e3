import AssayTerms

extension Questionnaire {
    /// A file of answers to fill in: every question as a comment with the words it may be answered with.
    package var blankAnswers: String {
        var lines = [
            "assay: \(ClassificationAnswers.format)", "questionnaire: \(title)",
            "# What the model is for, in a sentence or two. The answers hold for this use and no other.", "purpose:", "answers:",
        ]
        var section: Text?
        for question in questions {
            if question.section != section {
                section = question.section
                lines += ["", "  # \(question.section.string.uppercased())"]
            }
            lines.append("")
            let from = question.from.map { " (from \($0))" } ?? ""
            lines += Self.comment("\(question.text)\(question.citation.map { " [\($0)]" } ?? "")\(from)")
            switch question.kind {
            case .yesNo: lines.append("  # yes, no, or unsure")
            case .several(let options):
                lines += ["  # any of these with commas between them, or none, or unsure", "  #     none: none of these"]
                for option in options { lines += Self.comment("\(option.id): \(option.text)", indent: "    ") }
            case .choice(let options): for option in options { lines += Self.comment("\(option.id): \(option.text)", indent: "    ") }
            }
            lines.append("  \(question.id):")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Words as comments of at most 100 columns.
    private static func comment(_ text: String, indent: String = "") -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.utf8.count + word.utf8.count > 94 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        lines.append(line)
        return lines.map { "  # \(indent)\($0)" }
    }
}
