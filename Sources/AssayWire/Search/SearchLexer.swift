import AssayTerms

/// Cuts a filter into tokens.
///
/// A name runs over dots into quoted parts, so that `` params.`a b` ``, `metrics."m.1"` and `tags.'x y'` are one token. A
/// quoted text that does not follow a dot is a string. Quotes are not escaped inside: a value that contains one kind is
/// written in the other.
struct SearchLexer {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    private static let words = ["AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "ILIKE", "ASC", "DESC"]
    private static let quotes: Set<Unicode.Scalar> = ["'", "\"", "`"]
    private static let comparisons: Set<Unicode.Scalar> = ["=", "<", ">", "!"]
    private static let nameMarks: Set<Unicode.Scalar> = [".", "-", "/", ":", "@"]

    private init(_ text: Text) { scalars = Array(text.string.unicodeScalars) }

    /// - Throws: `invalidArgument` for a quote without end.
    static func tokens(of text: Text) throws(AssayError) -> [SearchToken] {
        var lexer = SearchLexer(text)
        var tokens: [SearchToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        return tokens
    }

    private mutating func next() throws(AssayError) -> SearchToken? {
        while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
        guard position < scalars.count else { return nil }
        let scalar = scalars[position]
        switch scalar {
        case "(": return take(.open)
        case ")": return take(.close)
        case ",": return take(.comma)
        case "=", "<", ">", "!": return comparison()
        case "'", "\"": return .string(try quoted())
        case "0"..."9": return number()
        case "-", "+", ".":
            let next = position + 1 < scalars.count ? scalars[position + 1] : " "
            return ("0"..."9").contains(next) || next == "." ? number() : take(.other(String(scalar)))
        default:
            return Self.isName(scalar) || scalar == "`" ? try name() : take(.other(String(scalar)))
        }
    }

    private mutating func take(_ token: SearchToken) -> SearchToken {
        position += 1
        return token
    }

    private mutating func comparison() -> SearchToken {
        var text = String.UnicodeScalarView()
        while position < scalars.count, Self.comparisons.contains(scalars[position]), text.count < 2 {
            text.append(scalars[position])
            position += 1
        }
        return .comparison(String(text))
    }

    private mutating func quoted() throws(AssayError) -> String {
        let quote = scalars[position]
        var text = String.UnicodeScalarView()
        position += 1
        while position < scalars.count, scalars[position] != quote {
            text.append(scalars[position])
            position += 1
        }
        guard position < scalars.count else {
            throw AssayError(.invalidArgument, "Invalid filter: a quote \(quote) is opened and not closed.")
        }
        position += 1
        return String(text)
    }

    private mutating func number() -> SearchToken {
        var text = String.UnicodeScalarView()
        while position < scalars.count {
            let scalar = scalars[position]
            let mayBeSigned = text.isEmpty || text.last == "e" || text.last == "E"
            let isSign = scalar == "-" || scalar == "+"
            guard Self.isName(scalar) || scalar == "." || isSign && mayBeSigned else { break }
            text.append(scalar)
            position += 1
        }
        return .number(String(text))
    }

    private mutating func name() throws(AssayError) -> SearchToken {
        var text = String.UnicodeScalarView()
        var isQuoted = false
        while position < scalars.count {
            let scalar = scalars[position]
            if Self.quotes.contains(scalar), text.isEmpty || text.last == "." {
                isQuoted = true
                text.append(scalar)
                text.append(contentsOf: try quoted().unicodeScalars)
                text.append(scalar)
            } else if Self.isName(scalar) || Self.nameMarks.contains(scalar) && !text.isEmpty {
                text.append(scalar)
                position += 1
            } else {
                break
            }
        }
        let upper = String(text).uppercased()
        return !isQuoted && Self.words.contains(upper) ? .word(upper) : .name(String(text))
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
