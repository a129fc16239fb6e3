import AssayTerms

/// The keys of a feature view.
enum FeatureViewTables {
    static let view = FieldTable(
        "the feature view",
        [
            .init("assay", .word([FeatureView.format]), isRequired: true, "The format of this file."),
            .init("name", .identifier(limit: 64), isRequired: true, "What the view is called."),
            .init("description", .text(limit: 4_096, allowsLines: true), "What the features are, for people."),
            .init("entity", .list(.table(entity), count: 1...8), isRequired: true, "The columns that name whom a row is about."),
            .init("timestamp", .text(), isRequired: true, "The column that says from when on a row was known."),
            .init("validity", .form(FeatureView.Validity.form), isRequired: true, "How old a row may be and still count: 7 days, 12 hours, unlimited."),
            .init("source", .text(limit: PolicyTables.longTextLimit), isRequired: true, "A file, or a folder of files, from the folder of this file on."),
            .init("features", .list(.table(feature), count: 1...1_000), isRequired: true, "The columns that are features."),
            .init("checks", .list(.table(PolicyTables.viewCheck), count: 0...FieldTable.listLimit), "What has to hold of the source: quality.* and privacy.*."),
        ])

    static let entity = FieldTable(
        "this column of 'entity'",
        [
            .init("name", .text(), isRequired: true, "The column."),
            .init("type", .word(PolicyTables.words(FeatureView.EntityType.self)), isRequired: true, "What it holds; text keeps leading zeros."),
        ])

    static let feature = FieldTable(
        "this feature",
        [
            .init("name", .text(), isRequired: true, "The column."),
            .init("type", .word(PolicyTables.words(FeatureView.ValueType.self)), isRequired: true, "What it holds."),
            .init("description", .text(limit: 1_024, allowsLines: true), "What it means, for people."),
        ])
}
