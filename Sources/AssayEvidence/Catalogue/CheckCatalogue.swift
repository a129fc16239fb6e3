import AssayColumns
package import AssayTerms

/// Every check this build can compute.
package enum CheckCatalogue {
    /// In the order in which they are listed to people.
    package static let descriptors: [CheckDescriptor] =
        performance + paired + folds + clusters + groupMeasures + fairlearn + search + aif360 + consistency + reference + quality
        + dataQuality + privacy + drift + [attribution] + estimated + service

    package static let ids: [String] = descriptors.map(\.id)

    /// What stands before the dot of an id.
    package static let families: [String] = {
        var families: [String] = []
        for id in ids {
            let family = String(id.prefix { $0 != "." }) + ".*"
            if !families.contains(family) { families.append(family) }
        }
        return families
    }()

    /// - Throws: `invalidArgument` for an unknown id, naming near ones.
    package static func descriptor(id: String) throws(AssayError) -> CheckDescriptor {
        if let known = descriptors.first(where: { $0.id == id }) { return known }
        let near = NearNames.near(Text(id), among: ids.map { Text($0) })
        throw AssayError(
            .invalidArgument,
            near.isEmpty
                ? "there is no check \(ValueList.quoted(Text(id))); docs/measures.md lists them, by family: "
                    + families.joined(separator: ", ")
                : "there is no check \(ValueList.quoted(Text(id))); did you mean "
                    + near.map { "'\($0)'" }.joined(separator: " or ") + "?")
    }

    private static let quality: [CheckDescriptor] = [
        CheckDescriptor(
            id: "quality.column_absent", convention: .assay, direction: .higherIsBetter, kind: .counted,
            needs: [.column, .columnNames], impliedLimit: .atLeastOne,
            sentence: "1 where the column is not among the model's inputs (or the data's columns), else 0.",
            source: "Assay: exact comparison of column names, by their UTF-8 bytes",
            least: 0, greatest: 1)
    ]
}
