import AssayTerms

/// What a version has to show beside the one in use.
extension PolicyReader {
    mutating func shadow(in fields: Fields) -> PolicyShadow? {
        guard let node = fields["shadow"], let shadow = self.fields(node, PolicyTables.shadow) else { return nil }
        let agreement = share("agreement", PolicyTables.shadowAgreement, in: shadow)
        let errors = share("errors", PolicyTables.shadowErrors, in: shadow)
        let judge = word(PolicyCheck.Judge.self, "judge", in: shadow) ?? .value
        let withoutBaseline = word(PolicyCheck.WithoutBaseline.self, "if-none", in: shadow) ?? .incomplete
        return integer("predictions", in: shadow).map {
            PolicyShadow(predictions: $0, agreement: agreement, errors: errors, judge: judge, withoutBaseline: withoutBaseline)
        }
    }

    /// The one limit of a share, which lies in 0...1.
    private mutating func share(_ key: Text, _ table: FieldTable, in fields: Fields) -> Limit? {
        guard let node = fields[key], let inner = self.fields(node, table), let name = table.fields.first?.key, inner.has(name) else { return nil }
        let shares = CheckDescriptor(
            id: key.string, convention: .assay, direction: .none, kind: .counted, needs: [], sentence: "", source: "", least: 0, greatest: 1)
        return limit(in: inner, descriptor: shares)
    }
}
