import AssayPolicy
import AssayTerms

/// Reads the fields of one file, and lists everything that is wrong with it by line.
struct ControlsFileReader {
    typealias Fields = [Text: YAMLNode]

    let file: String
    private(set) var problems: [PolicyProblems.Problem] = []

    init(file: String) { self.file = file }

    /// The top of the file, whose `assay` says what it is.
    mutating func top(_ bytes: [UInt8], format: Text, required: Set<Text>) -> Fields? {
        var reader = YAMLReader(noun: "catalogue file")
        let node = reader.read(bytes)
        problems += reader.problems
        guard let node, let fields = fields(node, required: required.union(["assay"])) else { return nil }
        if let given = text(fields["assay"]), given != format {
            report(fields["assay"], "'assay' is '\(format)' in a file of this name, not '\(given)'")
        }
        return fields
    }

    mutating func report(_ node: YAMLNode?, _ message: String) {
        problems.append(.init(position: node?.position ?? SourcePosition(line: 1, column: 1), message: message))
    }

    /// A mapping with all of `required` and nothing beyond `optional`.
    mutating func fields(_ node: YAMLNode, required: Set<Text>, optional: Set<Text> = []) -> Fields? {
        guard case .mapping(let entries) = node.content else {
            report(node, "a mapping stands here, not \(node.kind)")
            return nil
        }
        for entry in entries where !required.contains(entry.key) && !optional.contains(entry.key) {
            problems.append(.init(position: entry.keyPosition, message: "there is no key '\(entry.key)' here"))
        }
        let fields = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
        for key in required.sorted() where fields[key] == nil { report(node, "'\(key)' is missing") }
        return fields
    }

    /// - Parameter isEmptyAllowed: for what may be unknown.
    mutating func text(_ node: YAMLNode?, isEmptyAllowed: Bool = false) -> Text? {
        guard let node else { return nil }
        guard case .scalar(let text, _) = node.content, isEmptyAllowed || !text.isEmpty else {
            report(node, "text stands here, not \(node.kind)")
            return nil
        }
        return text
    }

    mutating func items(_ node: YAMLNode?) -> [YAMLNode] {
        guard let node else { return [] }
        guard case .sequence(let items) = node.content, !items.isEmpty else {
            report(node, "a list with something in it stands here, not \(node.kind)")
            return []
        }
        return items
    }

    /// A list of words, each once.
    mutating func words(_ node: YAMLNode?) -> [Text] {
        var words: [Text] = []
        for item in items(node) {
            guard let word = text(item) else { continue }
            if words.contains(word) { report(item, "'\(word)' stands here twice") } else { words.append(word) }
        }
        return words
    }

    /// One of the words of `Value`.
    mutating func word<Value: RawRepresentable & CaseIterable>(_: Value.Type, _ node: YAMLNode?) -> Value?
    where Value.RawValue == String {
        guard let node, let text = text(node) else { return nil }
        if let value = Value(rawValue: text.string) { return value }
        report(node, "'\(text)' is none of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        return nil
    }

    mutating func date(_ node: YAMLNode?) -> CalendarDate? {
        guard let node, let text = text(node) else { return nil }
        if let date = CalendarDate(text) { return date }
        report(node, "'\(text)' is no day; write 2027-12-02")
        return nil
    }

    mutating func number(_ node: YAMLNode?) -> Int? {
        guard let node, let text = text(node) else { return nil }
        if let number = Int(text.string), number > 0, String(number) == text.string { return number }
        report(node, "'\(text)' is no whole number from 1")
        return nil
    }
}
