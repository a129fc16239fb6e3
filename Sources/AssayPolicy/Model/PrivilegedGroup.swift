/// The group others are compared with: a column's value, or its values beyond a number.
struct PrivilegedGroup: Hashable, Sendable {
    private static let relations = [">=", "<=", ">", "<", "="]

    /// Column, relation and value without spaces around the relation.
    let text: String

    /// Reads `white`, `=white`, `race=white`, `race = white`, `> 30`, `age > 30`. `nil` where a relation other
    /// than `=` has no decimal number, or the value is empty.
    ///
    /// A value that itself starts with the column's name and a relation must be written with both.
    init?(_ written: String, column: String) {
        var rest = written[...]
        if rest.hasPrefix(column) {
            let after = rest.dropFirst(column.count).drop { $0 == " " }
            if Self.relations.contains(where: after.hasPrefix) { rest = after }
        }
        let start = rest.drop { $0 == " " }
        let relation = Self.relations.first(where: start.hasPrefix)
        var value = start.dropFirst(relation?.count ?? 0).drop { $0 == " " }
        while value.last == " " { value.removeLast() }
        guard !value.isEmpty else { return nil }
        if let relation, relation != "=", ExactDecimal(value) == nil { return nil }
        text = column + (relation ?? "=") + value
    }
}
