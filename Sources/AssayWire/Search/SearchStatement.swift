import AssayTerms

/// A filter taken apart as MLflow takes it apart: into comparisons, and what is none.
///
/// `AND` joins comparisons and, as there, may as well be missing.
struct SearchStatement {
    struct Comparison {
        enum Value {
            case none
            case token(SearchToken)
            /// What stands between parentheses, and that with them as written.
            case list([SearchToken], raw: String)
        }

        let left: SearchToken
        /// As written; lists and tests for null in capitals.
        let comparator: String
        let value: Value
    }

    private(set) var comparisons: [Comparison] = []
    /// Everything else, as written, in order.
    private(set) var rest: [String] = []
    /// Whether there is nothing at all.
    let isBlank: Bool
    /// Whether something follows a semicolon.
    let hasSeveral: Bool

    private let scalars: [Unicode.Scalar]
    private let tokens: [SearchToken]

    init(_ filter: Text) {
        scalars = Array(filter.string.unicodeScalars)
        tokens = SearchLexer.tokens(of: scalars)
        isBlank = tokens.isEmpty
        hasSeveral = tokens.dropLast().contains { $0.raw == ";" }
        var index = 0
        while index < tokens.count {
            if tokens[index].isWord("AND") {
                index += 1
            } else if let (comparison, end) = comparison(at: index) {
                comparisons.append(comparison)
                index = end
            } else if let end = closing(at: index) {
                rest.append(raw(index..<end))
                index = end
            } else {
                rest.append(tokens[index].raw)
                index += 1
            }
        }
    }

    // MARK: - Parts

    private func comparison(at index: Int) -> (Comparison, end: Int)? {
        guard tokens[index].isOperand, index + 1 < tokens.count else { return nil }
        let left = tokens[index]
        let next = tokens[index + 1]
        if left.isName, let (comparator, end) = listOrNull(at: index + 1) {
            guard comparator.hasSuffix("IN") else { return (Comparison(left: left, comparator: comparator, value: .none), end) }
            guard let close = closing(at: end) else { return nil }
            return (Comparison(left: left, comparator: comparator, value: list(end..<close)), close)
        }
        var comparator = next.raw
        var place = index + 2
        if next.isWord("NOT"), place < tokens.count, tokens[place].isWord("LIKE", "ILIKE", "RLIKE") {
            comparator += " " + tokens[place].raw
            place += 1
        } else if next.kind != .comparison, !next.isWord("LIKE", "ILIKE", "RLIKE") {
            return nil
        }
        guard place < tokens.count else { return nil }
        if let close = closing(at: place) {
            return (Comparison(left: left, comparator: comparator, value: list(place..<close)), close)
        }
        guard tokens[place].isOperand else { return nil }
        return (Comparison(left: left, comparator: comparator, value: .token(tokens[place])), place + 1)
    }

    /// `IN`, `NOT IN`, `IS NULL` or `IS NOT NULL`, and what follows it.
    private func listOrNull(at index: Int) -> (String, end: Int)? {
        func isWord(_ distance: Int, _ word: String) -> Bool {
            index + distance < tokens.count && tokens[index + distance].isWord(word)
        }
        if isWord(0, "IN") { return (tokens[index].raw, index + 1) }
        if isWord(0, "NOT"), isWord(1, "IN") { return ("NOT IN", index + 2) }
        guard isWord(0, "IS") else { return nil }
        if isWord(1, "NULL") { return ("IS NULL", index + 2) }
        return isWord(1, "NOT") && isWord(2, "NULL") ? ("IS NOT NULL", index + 3) : nil
    }

    /// Behind the parenthesis that closes the one at `index`; `nil` if there is none at `index`, or none that closes it.
    private func closing(at index: Int) -> Int? {
        guard index < tokens.count, tokens[index].kind == .open else { return nil }
        var depth = 0
        for place in index..<tokens.count {
            if tokens[place].kind == .open { depth += 1 }
            if tokens[place].kind == .close { depth -= 1 }
            if depth == 0 { return place + 1 }
        }
        return nil
    }

    private func list(_ range: Range<Int>) -> Comparison.Value {
        .list(Array(tokens[range.lowerBound + 1..<range.upperBound - 1]), raw: raw(range))
    }

    private func raw(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[tokens[range.lowerBound].range.lowerBound..<tokens[range.upperBound - 1].range.upperBound])
        return String(text)
    }
}
