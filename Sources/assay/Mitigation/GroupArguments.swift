import ArgumentParser
import AssayColumns
import AssayEvidence
import AssayTerms

/// What the groups are: a column's values, or a rule that parts rows into two.
struct GroupArguments: ParsableArguments {
    @Option(help: "The column whose values are the groups.")
    var sensitive: String?

    @Option(help: "Two groups instead: the rows that are privileged, 'C=V', 'C>V', …, and the others.")
    var privileged: String?

    /// `nil` where neither is named.
    func namedSource() throws(AssayError) -> GroupSource? {
        switch (sensitive, privileged) {
        case (let sensitive?, nil): return .column(Text(sensitive))
        case (nil, let privileged?): return .rule(try PrivilegedRule(parsing: Text(privileged)))
        case (nil, nil): return nil
        case (_?, _?):
            throw AssayError(
                .invalidArgument, "name the groups once: either --sensitive COLUMN or --privileged 'COLUMN=VALUE'")
        }
    }

    func source() throws(AssayError) -> GroupSource {
        guard let source = try namedSource() else {
            throw AssayError(.invalidArgument, "name the groups: either --sensitive COLUMN or --privileged 'COLUMN=VALUE'")
        }
        return source
    }

    /// The rows a mitigation looks at.
    func rows(_ typed: TypedRowsArguments, labels: LabelArguments) throws(AssayError) -> GroupedRows {
        var rows = GroupedRows(file: typed.rows.file, label: Text(labels.label), groups: try source())
        rows.positive = labels.positive.map { Text($0) }
        rows.missingWords = typed.rows.missingWords
        rows.schema = try typed.dataSchema()
        return rows
    }
}
