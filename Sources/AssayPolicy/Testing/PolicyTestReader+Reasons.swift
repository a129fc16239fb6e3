import AssayTerms

extension PolicyTestReader {
    /// The table that the policy asks for, unless the case says otherwise.
    mutating func reasonTables(_ fields: Fields) -> Set<SHA256Digest> {
        guard let word = text("reason-table", in: fields) else {
            guard let demand = policy.serving.reasons else { return [] }
            return [demand.tables.first ?? .nothing]
        }
        if word == "none" { return [] }
        guard let demand = ReasonsDemand(word: word), let table = demand.tables.first else {
            report(fields.keyPosition("reason-table"), "'reason-table' is none, or sha256: and 64 hexadecimal digits, not '\(word)'")
            return []
        }
        return [table]
    }
}
