import AssayTerms

/// Cuts a filter into tokens, where MLflow's does.
///
/// A name runs over dots into quoted parts, so that `` params.`a b` ``, `metrics."m.1"` and `tags.'x y'` are one token. A
/// quoted text that does not follow a dot is a string; a quote in it that is doubled or follows a backslash is part of it, as
/// written. A quote that is never closed is a mark without a meaning.
struct SearchLexer {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    private static let words = [
        "AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "ILIKE", "RLIKE", "BETWEEN", "ASC", "DESC",
    ]
    private static let quotes: Set<Unicode.Scalar> = ["'", "\"", "`"]
    private static let comparisons: Set<Unicode.Scalar> = ["=", "<", ">", "!", "~"]
    private static let nameMarks: Set<Unicode.Scalar> = [".", "-", "/", ":", "@"]

    private init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    static func tokens(of scalars: [Unicode.Scalar]) -> [SearchToken] {
        var lexer = SearchLexer(scalars)
        var tokens: [SearchToken] = []
        while let token = lexer.next() { tokens.append(token) }
        return tokens
    }

    private mutating func next() -> SearchToken? {
        while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
        guard position < scalars.count else { return nil }
        let start = position
        let kind = nextKind()
        return SearchToken(kind: kind, raw: text(start..<position), range: start..<position)
    }

    private mutating func nextKind() -> SearchToken.Kind {
        let scalar = scalars[position]
        switch scalar {
        case "(": return take(.open)
        case ")": return take(.close)
        case ",": return take(.comma)
        case "=", "<", ">", "!", "~":
            skip { Self.comparisons.contains($0) }
            return .comparison
        case "'", "\"": return string()
        case "0"..."9": return number()
        case "-" where peek(1) == "-", "#":
            skip { $0 != "\n" }
            return .other
        case "/" where peek(1) == "*":
            comment()
            return .other
        case "-", ".":
            let next = peek(1) ?? " "
            return ("0"..."9").contains(next) || next == "." ? number() : take(.other)
        default: return Self.isName(scalar) || scalar == "`" ? name() : take(.other)
        }
    }

    // MARK: - Kinds

    private mutating func string() -> SearchToken.Kind {
        guard let end = closingQuote() else { return take(.other) }
        let content = text(position + 1..<end)
        position = end + 1
        return .string(content)
    }

    private mutating func comment() {
        position += 2
        while position < scalars.count, !(scalars[position] == "*" && peek(1) == "/") { position += 1 }
        position = min(position + 2, scalars.count)
    }

    private mutating func number() -> SearchToken.Kind {
        let start = position
        while position < scalars.count {
            let scalar = scalars[position]
            let isFirst = position == start
            let mayBeSigned = isFirst || ["e", "E"].contains(scalars[position - 1])
            guard Self.isName(scalar) || scalar == "." || scalar == "-" && mayBeSigned || scalar == "+" && mayBeSigned && !isFirst
            else { break }
            position += 1
        }
        let written = text(start..<position)
        // To MLflow a plus in the exponent ends the number: what it then is, is no number.
        if written.contains("+") { return .name }
        return written.lowercased().contains("0x") ? .other : .number
    }

    private mutating func name() -> SearchToken.Kind {
        let start = position
        var isQuoted = false
        while position < scalars.count {
            let scalar = scalars[position]
            if Self.quotes.contains(scalar), position == start || scalars[position - 1] == ".", let end = closingQuote() {
                isQuoted = true
                position = end + 1
            } else if Self.isName(scalar) || Self.nameMarks.contains(scalar) && position > start {
                position += 1
            } else {
                break
            }
        }
        if position == start { return take(.other) }
        let upper = text(start..<position).uppercased()
        return !isQuoted && Self.words.contains(upper) ? .word(upper) : .name
    }

    // MARK: - Scalars

    /// Where the quote at the present position is closed.
    private func closingQuote() -> Int? {
        let quote = scalars[position]
        var index = position + 1
        var close: Int?
        while index < scalars.count {
            guard scalars[index] == quote else {
                index += 1
                continue
            }
            close = index
            let isEscaped = quote != "`" && scalars[index - 1] == "\\" && index - 1 > position
            let isDoubled = index + 1 < scalars.count && scalars[index + 1] == quote
            // Part of the text only if the text is closed further on.
            guard isEscaped || isDoubled, scalars[(index + (isDoubled ? 2 : 1))...].contains(quote) else { break }
            index += isDoubled ? 2 : 1
        }
        return close
    }

    private mutating func take(_ kind: SearchToken.Kind) -> SearchToken.Kind {
        position += 1
        return kind
    }

    private mutating func skip(_ belongs: (Unicode.Scalar) -> Bool) {
        while position < scalars.count, belongs(scalars[position]) { position += 1 }
    }

    private func peek(_ distance: Int) -> Unicode.Scalar? {
        position + distance < scalars.count ? scalars[position + distance] : nil
    }

    private func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range])
        return String(text)
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
