import AssayColumns
import AssayJSON
package import AssayTerms

/// Reads the row conditions that suites have: pandas' query text, Great Expectations' `col("x")` text, and the objects that
/// newer suites write. Nothing is evaluated; what is not comparisons, `in`, null tests and their joins is refused.
package struct RowConditionParser {
    private static let depthLimit = 64

    private enum Token: Equatable {
        case name(Text)
        case text(Text)
        case number(ColumnValue)
        case symbol(String)
    }

    private var tokens: [Token] = []
    private var position = 0
    private var depth = 0
    private let source: Text
    /// Of a condition that cannot be read, in characters.
    private static let shownLimit = 200

    /// - Throws: `invalidArgument` naming the condition and what cannot be read in it.
    static func condition(parsing source: Text) throws(AssayError) -> RowCondition {
        var parser = Self(source: source)
        try parser.split()
        let condition = try parser.any()
        guard parser.position == parser.tokens.count else { throw parser.error("something follows its end") }
        return condition
    }

    /// Why `source` cannot be read; `nil` where it can.
    package static func problem(in source: Text) -> String? {
        do throws(AssayError) {
            _ = try condition(parsing: source)
            return nil
        } catch {
            return error.message
        }
    }

    private init(source: Text) { self.source = source }

    private func error(_ what: String) -> AssayError {
        let written = source.string
        let shown = written.count > Self.shownLimit ? written.prefix(Self.shownLimit) + "…" : written[...]
        return AssayError(
            .invalidArgument,
            "the row condition '\(shown)' cannot be read: \(what); write comparisons of a column with a value, joined by and, or, not"
        )
    }

    // MARK: Tokens

    private mutating func split() throws(AssayError) {
        var rest = Array(source.utf8)[...]
        guard rest.count <= 10_000 else { throw error("it has more than 10,000 bytes") }
        func isWord(_ byte: UInt8) -> Bool {
            byte >= 0x80 || byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte)
        }
        while let byte = rest.first {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: rest.removeFirst()
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
                rest.removeFirst()
                var content: [UInt8] = []
                while let next = rest.first, next != byte {
                    rest.removeFirst()
                    if next == UInt8(ascii: "\\"), byte != UInt8(ascii: "`"), let escaped = rest.popFirst() {
                        guard escaped == byte || escaped == UInt8(ascii: "\\") else { throw error("it has an escape in a text") }
                        content.append(escaped)
                    } else {
                        content.append(next)
                    }
                }
                guard rest.popFirst() != nil, let text = Text(utf8: content) else { throw error("a text does not end") }
                tokens.append(byte == UInt8(ascii: "`") ? .name(text) : .text(text))
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
                // A point after a name begins a method.
                if byte == UInt8(ascii: "."), !tokens.isEmpty, rest.dropFirst().first.map({ !(0x30...0x39).contains($0) }) ?? true {
                    tokens.append(.symbol("."))
                    rest.removeFirst()
                    break
                }
                let literal = rest.prefix { isWord($0) || "+-.".utf8.contains($0) }
                let written = Text(String(decoding: literal, as: UTF8.self))
                guard let value = try? ColumnValue(reading: written, as: .double, column: ""), value.domain == .numbers else {
                    throw error("'\(written)' is no number")
                }
                tokens.append(.number(value))
                rest = rest.dropFirst(literal.count)
            case _ where isWord(byte):
                let word = rest.prefix(while: isWord)
                tokens.append(.name(Text(String(decoding: word, as: UTF8.self))))
                rest = rest.dropFirst(word.count)
            default:
                let two = String(decoding: rest.prefix(2), as: UTF8.self)
                if ["==", "!=", "<=", ">="].contains(two) {
                    tokens.append(.symbol(two))
                    rest = rest.dropFirst(2)
                } else {
                    let one = String(decoding: rest.prefix(1), as: UTF8.self)
                    guard "<>()[],&|~".contains(one) else { throw error("'\(one)' is not known here") }
                    tokens.append(.symbol(one))
                    rest.removeFirst()
                }
            }
        }
    }

    private var next: Token? { position < tokens.count ? tokens[position] : nil }

    private mutating func take(_ symbol: String) -> Bool {
        guard next == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func takeWord(_ word: Text) -> Bool {
        guard next == .name(word) else { return false }
        position += 1
        return true
    }

    // MARK: Grammar

    private mutating func any() throws(AssayError) -> RowCondition {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw error("it is nested deeper than \(Self.depthLimit)") }
        var parts = [try all()]
        while take("|") || takeWord("or") { parts.append(try all()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func all() throws(AssayError) -> RowCondition {
        var parts = [try not()]
        while take("&") || takeWord("and") { parts.append(try not()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func not() throws(AssayError) -> RowCondition {
        var isNegated = false
        while take("~") || takeWord("not") { isNegated.toggle() }
        let condition = try comparison()
        return isNegated ? .not(condition) : condition
    }

    private mutating func comparison() throws(AssayError) -> RowCondition {
        if take("(") {
            let inner = try any()
            guard take(")") else { throw error("a parenthesis is not closed") }
            return inner
        }
        // 5 < x is x > 5.
        if let literal = try literal() {
            guard let comparison = takeComparison(), let column = try column() else { throw error("a column is missing") }
            let turned: RowCondition.Comparison =
                switch comparison {
                case .less: .greater
                case .lessOrEqual: .greaterOrEqual
                case .greater: .less
                case .greaterOrEqual: .lessOrEqual
                case .equal, .unequal: comparison
                }
            return .compares(column, turned, literal)
        }
        guard let column = try column() else { throw error("a column is missing") }
        if take(".") { return try nullTest(of: column) }
        let isNegated = takeWord("not")
        if takeWord("in") {
            guard take("[") || take("(") else { throw error("'in' needs a list of values") }
            var values: [ColumnValue] = []
            while !(take("]") || take(")")) {
                guard let value = try literal() else { throw error("a list has something that is no value") }
                values.append(value)
                _ = take(",")
            }
            return isNegated ? .not(.isIn(column, values)) : .isIn(column, values)
        }
        guard !isNegated, let comparison = takeComparison() else { throw error("a comparison is missing after '\(column)'") }
        guard let literal = try literal() else { throw error("'\(column)' is compared with something that is no value") }
        return .compares(column, comparison, literal)
    }

    private mutating func nullTest(of column: Text) throws(AssayError) -> RowCondition {
        guard case .name(let method) = next else { throw error("a method is missing") }
        position += 1
        guard take("("), take(")") else { throw error("'\(method)' takes nothing") }
        switch method.string.lowercased() {
        case "notnull", "notna", "is_not_null": return .not(.isMissing(column))
        case "isnull", "isna", "is_null": return .isMissing(column)
        default: throw error("the method '\(method)' is not known here")
        }
    }

    private mutating func takeComparison() -> RowCondition.Comparison? {
        guard case .symbol(let symbol) = next, let comparison = RowCondition.Comparison(rawValue: symbol) else { return nil }
        position += 1
        return comparison
    }

    private mutating func column() throws(AssayError) -> Text? {
        guard case .name(let name) = next else { return nil }
        position += 1
        guard name == "col", take("(") else { return name }
        guard case .text(let column) = next else { throw error("col() takes a column's name in quotes") }
        position += 1
        guard take(")") else { throw error("a parenthesis is not closed") }
        return column
    }

    private mutating func literal() throws(AssayError) -> ColumnValue? {
        switch next {
        case .number(let value):
            position += 1
            return value
        case .text(let text):
            position += 1
            return .text(text)
        case .name("True"), .name("true"):
            position += 1
            return ColumnValue(true)
        case .name("False"), .name("false"):
            position += 1
            return ColumnValue(false)
        case .name("date") where position + 1 < tokens.count && tokens[position + 1] == .symbol("("):
            position += 2
            guard case .text(let text) = next, let time = Timestamp.microseconds(from: text) else {
                throw error("date() takes a date in quotes")
            }
            position += 1
            guard take(")") else { throw error("a parenthesis is not closed") }
            return .timestamp(time)
        default: return nil
        }
    }
}

extension RowConditionParser {
    /// The condition as an object: `{"type": "comparison", "column": …, "operator": "==", "parameter": …}` and its kin.
    static func condition(_ json: JSONValue, depth: Int = 0) throws(AssayError) -> RowCondition {
        func error(_ what: String) -> AssayError { AssayError(.invalidArgument, "a row condition \(what)") }
        if let text = json.string { return try condition(parsing: Text(text)) }
        guard depth < depthLimit else { throw error("is nested deeper than \(depthLimit)") }
        func column() throws(AssayError) -> Text {
            guard let name = json["column"]?.string ?? json["column"]?["name"]?.string else { throw error("names no column") }
            return Text(name)
        }
        switch json["type"]?.string {
        case "and", "or":
            var parts: [RowCondition] = []
            for part in json["conditions"]?.array ?? [] { parts.append(try condition(part, depth: depth + 1)) }
            return json["type"]?.string == "and" ? .all(parts) : .any(parts)
        case "nullity":
            let missing = RowCondition.isMissing(try column())
            return json["is_null"]?.bool == true ? missing : .not(missing)
        case "pass_through":
            guard let text = json["pass_through_filter"]?.string else { throw error("passes nothing through") }
            return try condition(parsing: Text(text))
        case "comparison":
            let written = json["operator"]?.string ?? ""
            func value(_ json: JSONValue) throws(AssayError) -> ColumnValue {
                guard let value = ColumnValue(json, comparedWith: .text) else { throw error("compares with what is no value") }
                return value
            }
            switch written.uppercased().replacing("_", with: " ") {
            case "IN", "NOT IN":
                var values: [ColumnValue] = []
                for item in json["parameter"]?.array ?? [] { values.append(try value(item)) }
                let isIn = RowCondition.isIn(try column(), values)
                return written.uppercased().hasPrefix("NOT") ? .not(isIn) : isIn
            default:
                guard let comparison = RowCondition.Comparison(rawValue: written), let parameter = json["parameter"] else {
                    throw error("has the operator '\(written)', which is not known here")
                }
                return .compares(try column(), comparison, try value(parameter))
            }
        default: throw error("has type '\(json["type"]?.string ?? "")', which is not known here")
        }
    }
}
