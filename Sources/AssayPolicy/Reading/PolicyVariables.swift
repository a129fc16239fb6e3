import AssayTerms

/// Values that a policy's author names once, under `variables`, and uses as `${name}`.
///
/// They are put in before anything is read, so a limit is checked as if it had been written out, and the canonical text and the digest
/// know nothing of them: two policies that read the same are the same. `$${` stands for `${`. Where a text has no `variables`, `${`
/// means itself.
struct PolicyVariables {
    static let key: Text = "variables"
    /// What a policy is, and what is checked, stands in the text itself: search and schemas look for it there.
    private static let literalKeys: Set<Text> = ["assay", "name", "version", "id", key]
    private static let nameLimit = 64

    private(set) var problems: [PolicyProblems.Problem] = []
    private var values: [Text: Text] = [:]
    private var used: Set<Text> = []

    /// The same text with its variables put in and without `variables`.
    mutating func resolve(_ root: YAMLNode) -> YAMLNode {
        guard case .mapping(let entries) = root.content, let own = entries.first(where: { $0.key == Self.key }) else { return root }
        let names = read(own.value)
        var resolved = root
        resolved.content = .mapping(entries.filter { $0.key != Self.key }.map { entry($0) })
        for (name, position) in names where !used.contains(name) {
            problems.append(.init(position: position, message: "the variable '\(name)' is used nowhere; write ${\(name)} where its value belongs"))
        }
        return resolved
    }

    private mutating func read(_ node: YAMLNode) -> [(Text, SourcePosition)] {
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            problems.append(.init(position: node.position, message: "'variables' is a mapping (name: value), not \(node.kind)"))
            return []
        }
        var names: [(Text, SourcePosition)] = []
        for entry in entries {
            names.append((entry.key, entry.keyPosition))
            guard Self.isName(entry.key) else {
                problems.append(
                    .init(
                        position: entry.keyPosition,
                        message: "a variable's name is 1 to \(Self.nameLimit) letters, digits, '_' and '-', and starts with a letter"))
                continue
            }
            guard case .scalar(let value, _) = entry.value.content, !value.isEmpty, value.utf8Count <= FieldTable.textLimit,
                !value.string.contains("${")
            else {
                problems.append(
                    .init(
                        position: entry.value.position,
                        message: "the variable '\(entry.key)' is text of at most \(FieldTable.textLimit) bytes without variables of its own"))
                continue
            }
            values[entry.key] = value
        }
        return names
    }

    private static func isName(_ name: Text) -> Bool {
        guard let first = name.utf8.first, name.utf8Count <= nameLimit else { return false }
        func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
        return isLetter(first)
            && name.utf8.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    private mutating func entry(_ entry: YAMLNode.Entry) -> YAMLNode.Entry {
        var entry = entry
        if !Self.literalKeys.contains(entry.key) { entry.value = node(entry.value) }
        return entry
    }

    /// Nested as deep as the YAML reader lets anything be.
    private mutating func node(_ node: YAMLNode) -> YAMLNode {
        var resolved = node
        switch node.content {
        case .scalar(let text, let isPlain): resolved.content = .scalar(self.text(text, node.position), isPlain: isPlain)
        case .sequence(let nodes): resolved.content = .sequence(nodes.map { self.node($0) })
        case .mapping(let entries): resolved.content = .mapping(entries.map { entry($0) })
        case .refused: break
        }
        return resolved
    }

    private mutating func text(_ text: Text, _ position: SourcePosition) -> Text {
        guard text.string.contains("${") else { return text }
        var result = ""
        var rest = Substring(text.string)
        while let dollar = rest.firstRange(of: "${") {
            let before = rest[..<dollar.lowerBound]
            guard before.last != "$" else {
                result += before.dropLast() + "${"
                rest = rest[dollar.upperBound...]
                continue
            }
            guard let end = rest[dollar.upperBound...].firstIndex(of: "}") else {
                problems.append(.init(position: position, message: "'${' is not closed by '}'; a plain '${' is written '$${'"))
                return text
            }
            let name = Text(String(rest[dollar.upperBound..<end]))
            used.insert(name)
            if let value = values[name] {
                result += before + value.string
            } else {
                let question = NearNames.question(for: name.string, among: values.keys.map(\.string).sorted())
                problems.append(.init(position: position, message: "'variables' has no '\(name)'\(question)"))
                result += before
            }
            rest = rest[rest.index(after: end)...]
        }
        return Text(result + rest)
    }
}
