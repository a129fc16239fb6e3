import AssayTerms

/// Small pieces of sentences.
enum PhraseText {
    /// `a`, `a and b`, `a, b and c`.
    static func list(_ items: [String], _ last: String = "and") -> String {
        guard let final = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " \(last) " + final
    }

    static func quoted(_ items: [Text], _ last: String = "and") -> String { list(items.map { "'\($0)'" }, last) }

    /// `1 row`, `30 rows`.
    static func counted(_ count: Int, _ one: String, _ many: String) -> String { count == 1 ? "1 \(one)" : "\(count) \(many)" }
}
