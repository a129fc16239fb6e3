import AssayTerms

/// The keys of a file of feature stores.
enum FeatureStoresTables {
    static let format = "feature-stores/v1"

    static let file = FieldTable(
        "the file of feature stores",
        [
            .init("assay", .word([format]), isRequired: true, "The format of this file."),
            .init("stores", .list(.table(store), count: 1...100), isRequired: true, "What inputs are filled in from."),
        ])

    static let store = FieldTable(
        "this store",
        [
            .init(
                "store", .text(limit: PolicyTables.longTextLimit), isRequired: true,
                "A file that assay features materialize wrote; a relative one starts at the folder of this file."),
            .init("models", .list(.text()), "Patterns of the models that do not say themselves which views they read."),
            .init(
                "missing", .word(PolicyTables.words(ServingFeatures.Missing.self)),
                "What becomes of rows of whose entity nothing valid is known: pass (missing values, unless given) or refuse."),
            .init(
                "given", .word(PolicyTables.words(ServingFeatures.Given.self)),
                "What counts where a request brings a feature itself: refuse (neither, unless given), request or store."),
            .init("time", .text(), "The column of requests that holds the time to look up at; the moment of the request where it is left out."),
        ])
}
