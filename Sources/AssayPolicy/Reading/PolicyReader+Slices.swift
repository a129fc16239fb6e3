import AssayTerms

/// The parts of the rows that a check looks at, and what it is compared with.
extension PolicyReader {
    /// A condition on rows, in the language of `rows`.
    mutating func slice(in fields: Fields) -> Text? {
        guard let node = fields["slice"], let slice = text("slice", in: fields) else { return nil }
        if let problem = catalogue?.problemOfRows(slice) { report(node.position, problem) }
        return slice
    }

    mutating func baseline(in fields: Fields) -> PolicyCheck.Baseline? {
        guard let node = fields["against"], let text = text("against", in: fields) else { return nil }
        if let baseline = PolicyCheck.Baseline(text) { return baseline }
        report(
            node.position,
            "'against' is production, or a version as MLflow names it, by number or alias: models:/NAME/7, models:/NAME@ALIAS; '\(text)' is neither")
        return nil
    }

    mutating func checkSlices(_ descriptor: CheckDescriptor, fields: Fields) {
        let id = descriptor.id
        if fields.has("slice"), descriptor.needs.contains(.columnNames) || id.hasPrefix(ExternalCheck.prefix) {
            report(fields.keyPosition("slice"), "\(id) looks at no rows; leave 'slice' out")
        }
        guard let node = fields["for-each"], let text = text("for-each", in: fields) else { return }
        if let problem = NamedRanges(text)?.problem { report(node.position, problem) }
        if !descriptor.hasSlices {
            report(
                fields.keyPosition("for-each"),
                "\(id) is not told apart by a column; 'for-each' goes with performance.*, and 'slice' names one part of the rows")
        }
        if fields.has("max-drop") {
            report(fields.keyPosition("for-each"), "'for-each' does not go with 'max-drop'; compare one part of the rows by 'slice'")
        }
    }
}
