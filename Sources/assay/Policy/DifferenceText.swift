import AssayJSON
import AssayPages
import AssayPolicy
import AssayTerms

/// What is different between two policies, as it is shown.
struct DifferenceText {
    let old: Policy
    let new: Policy
    let differences: [PolicyDifference]

    var isLooser: Bool { count(.looser) > 0 }

    private func count(_ mark: PolicyDifference.Mark) -> Int { differences.count { $0.mark == mark } }

    private var summary: String {
        guard !differences.isEmpty else { return "There is no difference." }
        let counts = PolicyDifference.Mark.allCases.map { "\(count($0)) \($0.rawValue)" }.joined(separator: ", ")
        let verdict =
            isLooser
            ? "\(new.title) asks for less than \(old.title), or is not shown to ask for as much"
            : "\(new.title) asks for all that \(old.title) asks"
        return "\(counts): \(verdict)."
    }

    func text(_ style: TextStyle) -> String {
        let width = PolicyDifference.Mark.allCases.map(\.rawValue.count).max() ?? 0
        var lines = ["\(old.title) → \(new.title)"]
        for difference in differences {
            let colour: TextStyle.Colour? =
                switch difference.mark {
                case .stricter: .good
                case .looser: .bad
                case .other: nil
                }
            let word = difference.mark.rawValue
            let padding = String(repeating: " ", count: width - word.count)
            let mark = colour.map { style.coloured(word, $0) } ?? word
            lines.append("  \(mark)\(padding)  \(difference.part.rawValue): \(difference.text.printable)")
        }
        return style.shown((lines + [summary]).map { $0 + "\n" }.joined())
    }

    var report: Report {
        var report = Report(title: "Policy \(old.title) → \(new.title)")
        report.notes = [summary]
        guard !differences.isEmpty else { return report }
        var section = Report.Section(heading: "Differences")
        section.tables = [
            Report.Table(
                columns: [.init(""), .init("part"), .init("what is different")],
                rows: differences.map { [$0.mark.rawValue, $0.part.rawValue, $0.text] })
        ]
        report.sections = [section]
        return report
    }

    var json: JSONValue {
        func name(_ policy: Policy) -> JSONValue {
            [
                "name": .string(policy.name.string), "version": .string(policy.version.string),
                "digest": ["sha256": .string(policy.digest.hex)],
            ]
        }
        let counts = PolicyDifference.Mark.allCases.map { ($0.rawValue, JSONValue.integer(Int64(count($0)))) }
        return [
            "old": name(old), "new": name(new), "counts": .object(JSONObject(counts)),
            "differences": .array(
                differences.map {
                    ["part": .string($0.part.rawValue), "mark": .string($0.mark.rawValue), "text": .string($0.text)]
                }),
        ]
    }
}
