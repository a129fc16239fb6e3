import AssayTerms

extension SearchGrammar {
    package static let registeredModels = SearchGrammar(
        .registeredModels, entities: [(["attribute"], .attribute), (["tag", "tags"], .tag)],
        attributes: [Attribute("name", isListed: true)])

    package static let modelVersions = SearchGrammar(
        .modelVersions, entities: [(["attribute"], .attribute), (["tag", "tags"], .tag)],
        attributes: [
            Attribute("name", isListed: true), Attribute("version_number", .version), Attribute("run_id", isListed: true),
            Attribute("source_path"),
        ])

    /// What registered models are sorted by.
    package static let registeredModelOrders = SearchGrammar(
        .registeredModels, entities: [(["attribute"], .attribute)],
        attributes: [
            Attribute("name"), Attribute("timestamp", as: "last_updated_timestamp", .integer),
            Attribute("last_updated_timestamp", .integer),
        ],
        sortable: [.attribute])

    /// What model versions are sorted by.
    package static let modelVersionOrders = SearchGrammar(
        .modelVersions, entities: [(["attribute"], .attribute), (["tag", "tags"], .tag)],
        attributes: [
            Attribute("name"), Attribute("version_number", .integer), Attribute("creation_timestamp", .integer),
            Attribute("last_updated_timestamp", .integer),
        ],
        sortable: [.attribute])
}
