import AssayTerms

/// Reads a ``MutationCondition``.
struct MutationConditionParser {
    struct Failure: Error, Hashable {
        let message: String
    }

    private enum Token: Hashable {
        case word(String)
        case quoted(Text)
        case symbol(String)
    }

    private var tokens: [Token]
    private var index = 0

    /// - Throws: what is wrong, in words that follow the name of the field.
    static func parse(_ text: Text) throws(Failure) -> MutationCondition {
        var parser = MutationConditionParser(tokens: try tokens(of: text))
        var clauses: [MutationCondition.Clause] = []
        repeat { clauses.append(try parser.clause()) } while try parser.takesAnd()
        guard clauses.count <= MutationCondition.clauseLimit else {
            throw Failure(message: "has \(clauses.count) comparisons; at most \(MutationCondition.clauseLimit) are joined by AND")
        }
        let words = text.string.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return MutationCondition(text: Text(words), clauses: clauses)
    }

    private mutating func takesAnd() throws(Failure) -> Bool {
        guard index < tokens.count else { return false }
        guard case .word(let word) = tokens[index], word.uppercased() == "AND" else {
            throw Failure(message: "joins comparisons by AND, and has \(shown(tokens[index])) there")
        }
        index += 1
        return true
    }

    private mutating func clause() throws(Failure) -> MutationCondition.Clause {
        let subject = try subject()
        guard let token = next() else { throw Failure(message: "ends where one of =, !=, LIKE, ILIKE, IN, NOT IN was expected") }
        switch token {
        case .symbol("="): return .init(subject: subject, comparison: .equal(try value()))
        case .symbol("!="): return .init(subject: subject, comparison: .different(try value()))
        case .word(let word):
            switch word.uppercased() {
            case "LIKE": return .init(subject: subject, comparison: .like(try value(), ignoresCase: false))
            case "ILIKE": return .init(subject: subject, comparison: .like(try value(), ignoresCase: true))
            case "IN": return .init(subject: subject, comparison: .among(try values()))
            case "NOT":
                guard case .word(let other)? = next(), other.uppercased() == "IN" else { throw Failure(message: "has NOT without IN") }
                return .init(subject: subject, comparison: .notAmong(try values()))
            default: break
            }
        default: break
        }
        throw Failure(message: "compares by =, !=, LIKE, ILIKE, IN or NOT IN, not by \(shown(token))")
    }

    private mutating func subject() throws(Failure) -> MutationCondition.Subject {
        guard case .word(let word)? = next() else {
            throw Failure(message: "compares alias, tag_key, tag_value, tags.KEY or aliases.NAME with a text in single quotes")
        }
        switch word {
        case "alias": return .alias
        case "tag_key": return .tagKey
        case "tag_value": return .tagValue
        default: break
        }
        for (prefix, made) in [("tags.", MutationCondition.Subject.tag), ("aliases.", MutationCondition.Subject.aliasVersion)]
        where word.hasPrefix(prefix) {
            let name = word.dropFirst(prefix.count)
            if !name.isEmpty { return made(Text(String(name))) }
        }
        throw Failure(message: "knows alias, tag_key, tag_value, tags.KEY and aliases.NAME, not '\(word)'")
    }

    private mutating func value() throws(Failure) -> Text {
        guard case .quoted(let text)? = next() else { throw Failure(message: "compares with a text in single quotes: 'champion'") }
        return text
    }

    private mutating func values() throws(Failure) -> [Text] {
        guard next() == .symbol("(") else { throw Failure(message: "lists the texts of IN in parentheses: ('champion', 'prod')") }
        var values = [try value()]
        while true {
            switch next() {
            case .symbol(",")?: values.append(try value())
            case .symbol(")")?: return values
            default: throw Failure(message: "has a list of IN that is not closed by ')'")
            }
        }
    }

    private mutating func next() -> Token? {
        guard index < tokens.count else { return nil }
        defer { index += 1 }
        return tokens[index]
    }

    private func shown(_ token: Token) -> String {
        switch token {
        case .word(let word), .symbol(let word): "'\(word)'"
        case .quoted(let text): "the text '\(text)'"
        }
    }

    // MARK: - Tokens

    private static func tokens(of text: Text) throws(Failure) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(text.string)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "'" {
                tokens.append(.quoted(try quoted(&rest)))
            } else if let symbol = ["!=", "=", "(", ")", ","].first(where: { rest.hasPrefix($0) }) {
                tokens.append(.symbol(symbol))
                rest.removeFirst(symbol.count)
            } else if isPartOfWord(first) || first == "`" {
                tokens.append(.word(try word(&rest)))
            } else {
                throw Failure(message: "has '\(first)', which means nothing here; texts stand in single quotes")
            }
        }
        return tokens
    }

    /// A quote inside is written twice.
    private static func quoted(_ rest: inout Substring) throws(Failure) -> Text {
        rest.removeFirst()
        var text = ""
        while let end = rest.firstIndex(of: "'") {
            text += rest[..<end]
            rest = rest[rest.index(after: end)...]
            guard rest.first == "'" else { return Text(text) }
            text += "'"
            rest.removeFirst()
        }
        throw Failure(message: "has a text that is not closed by a single quote")
    }

    /// Names may stand in backticks: tags.`team name`.
    private static func word(_ rest: inout Substring) throws(Failure) -> String {
        var word = ""
        while let first = rest.first {
            if isPartOfWord(first) {
                word.append(first)
                rest.removeFirst()
            } else if first == "`" {
                rest.removeFirst()
                guard let end = rest.firstIndex(of: "`") else { throw Failure(message: "has a name that is not closed by a backtick") }
                word += rest[..<end]
                rest = rest[rest.index(after: end)...]
            } else {
                break
            }
        }
        return word
    }

    private static func isPartOfWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "." || character == "-" || character == ":" || character == "/"
    }
}
