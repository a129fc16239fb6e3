import AssayJSON
import AssayPages
import AssayStore
import AssayTerms
import AssayWorkflows

/// What a model is used for, and what that makes it, as the rows of its page.
enum UseRows {
    /// - Parameter author: whoever answers for it, as they are called now.
    static func rows(_ record: ClassificationRecord?, by author: Text?) throws -> [Pair] {
        guard let record else {
            return [Pair(name: "Tier", value: "not classified: the policies of every tier apply")]
        }
        let said = JSONValue.object(try ClassificationJSON.record(record))
        func word(_ name: String) -> String? { said[name]?.string }
        var rows: [Pair] = []
        func add(_ name: String, _ value: String?) { if let value { rows.append(Pair(name: name, value: value)) } }
        add("Purpose", word("purpose"))
        add("EU class", word("eu_class"))
        add("Tier", word("tier"))
        add("At the gate", word("gate_tier") ?? "this purpose is not classified: the policies of every tier apply")
        add("Since", PageText.time(record.recordedMilliseconds) + (author.map { " by \($0)" } ?? ""))
        for reason in said["outcome"]?["reasons"]?.array ?? [] {
            let questions = (reason["questions"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
            let axis = reason["axis"]?.string == "tier" ? "tier" : "EU class"
            let mark = reason["uncertain"]?.bool == true ? " (uncertain)" : ""
            add(
                "\(axis) \(reason["value"]?.string ?? "")\(mark)",
                "\(reason["text"]?.string ?? "")\(questions.isEmpty ? "" : " [\(questions)]")")
        }
        for open in said["outcome"]?["uncertain"]?.array ?? [] { add("Needs legal confirmation", open.string) }
        add("Questionnaire", word("questionnaire"))
        return rows
    }
}
