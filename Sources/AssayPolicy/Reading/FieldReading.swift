import AssayTerms

/// Reading single fields by the shape their table gives them. Each function reports what is wrong and answers `nil`;
/// it answers `nil` without a report where the key is absent.
protocol FieldReading {
    mutating func report(_ position: SourcePosition, _ message: String)
}

extension FieldReading {
    /// The mapping `node`, with keys reported that the table does not have and those that it requires.
    mutating func fields(_ node: YAMLNode, _ table: FieldTable) -> Fields? {
        switch node.content {
        case .mapping(let entries):
            let names = table.fields.map(\.key.string)
            for entry in entries where table[entry.key] == nil {
                let question = NearNames.question(for: entry.key.string, among: names)
                let advice = question.isEmpty ? "; it has \(names.joined(separator: ", "))" : question
                report(entry.keyPosition, "\(table.what) has no key '\(entry.key)'\(advice)")
            }
            let fields = Fields(entries: entries, position: node.position, table: table)
            for field in table.fields where field.isRequired && !fields.has(field.key) {
                report(fields.position, "\(fields.what) needs '\(field.key)'")
            }
            return fields
        case .refused: return nil
        case .scalar, .sequence:
            report(node.position, "\(table.what) is a mapping (key: value), not \(node.kind)")
            return nil
        }
    }

    /// Text, not empty, of as many bytes and lines as the table allows.
    mutating func text(_ key: Text, in fields: Fields) -> Text? {
        guard let node = fields[key] else { return nil }
        switch fields.table[key]?.shape {
        case .text(let limit, let allowsLines): return text(node, what: "'\(key)'", limit: limit, allowsLines: allowsLines)
        case .form(_, let limit), .identifier(let limit): return text(node, what: "'\(key)'", limit: limit)
        default: return text(node, what: "'\(key)'")
        }
    }

    mutating func text(
        _ node: YAMLNode, what: String, limit: Int = FieldTable.textLimit, allowsLines: Bool = false
    ) -> Text? {
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

    /// A whole number within the bounds of the table.
    mutating func integer(_ key: Text, in fields: Fields) -> Int? {
        guard case .integer(let range)? = fields.table[key]?.shape else { return nil }
        return fields[key].flatMap { integer($0, what: "'\(key)'", range: range) }
    }

    mutating func integer(_ node: YAMLNode, what: String, range: ClosedRange<Int>) -> Int? {
        guard let text = text(node, what: what) else { return nil }
        let isPlainNumber =
            text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && (text.utf8Count == 1 || text.utf8.first != UInt8(ascii: "0"))
        guard isPlainNumber, let number = Int(text.string), range.contains(number) else {
            report(
                node.position,
                "\(what) is a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
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

    /// The items of a list that is not empty, unless the table allows that.
    mutating func items(_ key: Text, in fields: Fields) -> [YAMLNode]? {
        guard let items = list(key, in: fields) else { return nil }
        if items.isEmpty, case .list(_, let count)? = fields.table[key]?.shape, count.lowerBound > 0 {
            report(fields.keyPosition(key), "'\(key)' is an empty list")
        }
        return items
    }

    /// The keys of the author's own in a mapping, with what they hold.
    mutating func entries(_ key: Text, in fields: Fields) -> [(Text, YAMLNode)] {
        guard let node = fields[key] else { return [] }
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            if case .refused = node.content { return [] }
            report(node.position, "'\(key)' is a mapping of names (name: value), not \(node.kind)")
            return []
        }
        return entries.map { ($0.key, $0.value) }
    }

    mutating func texts(_ key: Text, in fields: Fields) -> [Text]? {
        guard let items = items(key, in: fields) else { return nil }
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
        _ type: Word.Type, _ key: Text, in fields: Fields
    ) -> [Word]? {
        guard let items = items(key, in: fields) else { return nil }
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

    /// Text that can stand in an address and on a command line.
    mutating func identifier(_ key: Text, in fields: Fields) -> Text? {
        guard let node = fields[key], let text = text(key, in: fields) else { return nil }
        let isPlain = text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, text.utf8.first != UInt8(ascii: "."), text.utf8.first != UInt8(ascii: "-") else {
            report(
                node.position,
                "'\(key)' is letters, digits, '.', '_' and '-', starting with neither '.' nor '-'; '\(text)' is not")
            return nil
        }
        return text
    }
}
