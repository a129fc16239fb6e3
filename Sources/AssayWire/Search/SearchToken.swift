/// One token of a search filter or of an order.
enum SearchToken: Hashable, Sendable {
    /// A name with its parts still quoted as written: `metrics.acc`, `` tags.`a b` ``, `tags."a.b"`.
    case name(String)
    /// Without its quotes.
    case string(String)
    /// As written.
    case number(String)
    /// `=`, `!=`, `<`, …
    case comparison(String)
    /// In capitals: AND, OR, NOT, IN, IS, NULL, LIKE, ILIKE, ASC, DESC.
    case word(String)
    case open
    case close
    case comma
    case other(String)

    /// As messages show it.
    var text: String {
        switch self {
        case .name(let text), .number(let text), .comparison(let text), .word(let text), .other(let text): text
        case .string(let text): "'\(text)'"
        case .open: "("
        case .close: ")"
        case .comma: ","
        }
    }
}
