/// One token of a search filter or of an order.
struct SearchToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// A name with its parts still quoted as written: `metrics.acc`, `` tags.`a b` ``, `tags."a.b"`.
        case name
        /// Without its quotes.
        case string(String)
        case number
        /// `=`, `!=`, `<`, …
        case comparison
        /// In capitals: AND, NOT, IN, IS, NULL, LIKE, ILIKE, RLIKE, BETWEEN, OR, ASC, DESC.
        case word(String)
        case open
        case close
        case comma
        /// Comments, quotes that are not closed, marks without a meaning.
        case other
    }

    let kind: Kind
    /// As written.
    let raw: String
    /// Where it stands, in scalars.
    let range: Range<Int>

    func isWord(_ words: String...) -> Bool {
        guard case .word(let word) = kind else { return false }
        return words.contains(word)
    }

    /// Whether it may name something: in double quotes too, which SQL has for names, though MLflow takes them for texts as well.
    var isName: Bool { kind == .name || isQuotedName }
    var isQuotedName: Bool {
        if case .string = kind { raw.hasPrefix("\"") } else { false }
    }

    /// Whether it may stand on either side of a comparison.
    var isOperand: Bool {
        switch kind {
        case .name, .string, .number, .word("NULL"): true
        default: false
        }
    }
}
