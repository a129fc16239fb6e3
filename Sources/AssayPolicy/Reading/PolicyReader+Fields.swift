import AssayTerms

/// Reading single fields by the type the schema gives them. Each function reports what is wrong and answers `nil`;
/// it answers `nil` without a report where the key is absent.
extension PolicyReader {
    /// The mapping `node` with unknown keys reported.
    mutating func fields(_ node: YAMLNode, what: String, keys: [Text]) -> Fields? {
        switch node.content {
        case .mapping(let entries):
            let names = keys.map(\.string)
            for entry in entries where !keys.contains(entry.key) {
                let question = NearNames.question(for: entry.key.string, among: names)
                let advice = question.isEmpty ? "; it has \(names.joined(separator: ", "))" : question
                report(entry.keyPosition, "\(what) has no key '\(entry.key)'\(advice)")
            }
            return Fields(entries: entries, position: node.position, what: what)
        case .refused: return nil
        case .scalar, .sequence:
            report(node.position, "\(what) is a mapping (key: value), not \(node.kind)")
            return nil
        }
    }

    mutating func require(_ key: Text, in fields: Fields) {
        if !fields.has(key) { report(fields.position, "\(fields.what) needs '\(key)'") }
    }

    /// One line of text, not empty.
    mutating func text(_ key: Text, in fields: Fields, limit: Int = 256, allowsLines: Bool = false) -> Text? {
        fields[key].flatMap { text($0, what: "'\(key)'", limit: limit, allowsLines: allowsLines) }
    }

    mutating func text(_ node: YAMLNode, what: String, limit: Int = 256, allowsLines: Bool = false) -> Text? {
        switch node.content {
        case .refused: return nil
        case .sequence, .mapping:
            report(node.position, "\(what) is text, not \(node.kind)")
            return nil
        case .scalar(let text, _):
            guard !text.isEmpty else {
                report(node.position, "\(what) has no value")
                return nil
            }
            guard text.utf8Count <= limit else {
                report(node.position, "\(what) has \(text.utf8Count) bytes; at most \(limit) are allowed")
                return nil
            }
            // Escapes in quotes bring what the text itself may not hold.
            let isPrintable = text.string.unicodeScalars.allSatisfy { scalar in
                switch scalar.value {
                case 0x0A: allowsLines
                case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF: false
                default: true
                }
            }
            guard isPrintable else {
                report(node.position, "\(what) holds a control character")
                return nil
            }
            return text
        }
    }

    mutating func boolean(_ key: Text, in fields: Fields) -> Bool? {
        guard let node = fields[key], let text = text(node, what: "'\(key)'") else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            report(node.position, "'\(key)' is true or false, not '\(text)'")
            return nil
        }
    }

    mutating func integer(_ key: Text, in fields: Fields, range: ClosedRange<Int>) -> Int? {
        guard let node = fields[key], let text = text(node, what: "'\(key)'") else { return nil }
        let isPlainNumber =
            text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && (text.utf8Count == 1 || text.utf8.first != UInt8(ascii: "0"))
        guard isPlainNumber, let number = Int(text.string), range.contains(number) else {
            report(
                node.position,
                "'\(key)' is a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
            return nil
        }
        return number
    }

    mutating func word<Word: CaseIterable & RawRepresentable<String>>(
        _ type: Word.Type, _ node: YAMLNode, what: String
    ) -> Word? {
        guard let text = text(node, what: what) else { return nil }
        if let word = Word.allCases.first(where: { Text($0.rawValue) == text }) { return word }
        let names = Word.allCases.map(\.rawValue)
        let question = NearNames.question(for: text.string, among: names)
        let advice = question.isEmpty ? "; it is one of \(names.joined(separator: ", "))" : question
        report(node.position, "\(what) cannot be '\(text)'\(advice)")
        return nil
    }

    mutating func word<Word: CaseIterable & RawRepresentable<String>>(
        _ type: Word.Type, _ key: Text, in fields: Fields
    ) -> Word? {
        fields[key].flatMap { word(type, $0, what: "'\(key)'") }
    }

    /// The items of a list; a list of one may not be written as the item alone, so that adding a second
    /// changes nothing else.
    mutating func list(_ key: Text, in fields: Fields) -> [YAMLNode]? {
        guard let node = fields[key] else { return nil }
        switch node.content {
        case .sequence(let items): return items
        case .refused: return nil
        case .scalar, .mapping:
            report(node.position, "'\(key)' is a list ([a, b] or lines that start with '- '), not \(node.kind)")
            return nil
        }
    }

    mutating func texts(_ key: Text, in fields: Fields, mayBeEmpty: Bool = false) -> [Text]? {
        guard let items = list(key, in: fields) else { return nil }
        if items.isEmpty, !mayBeEmpty { report(fields.keyPosition(key), "'\(key)' is an empty list") }
        var texts: [Text] = []
        for item in items {
            guard let text = text(item, what: "an item of '\(key)'") else { continue }
            if texts.contains(text) {
                report(item.position, "'\(text)' stands in '\(key)' twice")
            } else {
                texts.append(text)
            }
        }
        return texts
    }

    mutating func words<Word: CaseIterable & RawRepresentable<String> & Equatable>(
        _ type: Word.Type, _ key: Text, in fields: Fields, mayBeEmpty: Bool = false
    ) -> [Word]? {
        guard let items = list(key, in: fields) else { return nil }
        if items.isEmpty, !mayBeEmpty { report(fields.keyPosition(key), "'\(key)' is an empty list") }
        var words: [Word] = []
        for item in items {
            guard let word = word(type, item, what: "an item of '\(key)'") else { continue }
            if words.contains(word) {
                report(item.position, "'\(word.rawValue)' stands in '\(key)' twice")
            } else {
                words.append(word)
            }
        }
        return words
    }
}
