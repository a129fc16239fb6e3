import AssayTerms

extension SearchGrammar {
    private static let runEntities: [(names: [String], entity: SearchEntity)] = [
        (["metric", "metrics"], .metric), (["parameter", "parameters", "param", "params"], .parameter),
        (["tag", "tags"], .tag), (["attribute", "attr", "attributes", "run"], .attribute),
        (["dataset", "datasets"], .dataset),
    ]

    package static let runs = SearchGrammar(
        .runs, entities: runEntities,
        attributes: [
            Attribute("run_id", isListed: true), Attribute("run_name"), Attribute("run name", as: "run_name"),
            Attribute("Run name", as: "run_name"), Attribute("Run Name", as: "run_name"), Attribute("user_id"),
            Attribute("status"), Attribute("artifact_uri"), Attribute("start_time", .integer),
            Attribute("created", as: "start_time", .integer), Attribute("Created", as: "start_time", .integer),
            Attribute("end_time", .integer),
        ],
        nullable: [.tag, .parameter])

    /// What runs are sorted by.
    package static let runOrders = SearchGrammar(
        .runs, entities: runEntities,
        attributes: [
            Attribute("status"), Attribute("run_name"), Attribute("artifact_uri"), Attribute("start_time", .integer),
            Attribute("end_time", .integer), Attribute("user_id"), Attribute("run_id"),
            Attribute("created", as: "start_time", .integer), Attribute("Created", as: "start_time", .integer),
        ],
        sortable: [.attribute, .metric, .parameter, .tag])

    package static let experiments = SearchGrammar(
        .experiments, entities: [(["attribute"], .attribute), (["tag", "tags"], .tag)],
        attributes: [
            Attribute("name"), Attribute("experiment_id", .identifier, isListed: true),
            Attribute("creation_time", .integer), Attribute("last_update_time", .integer),
        ],
        nullable: [.tag], sortable: [.attribute])

    package static let loggedModels = SearchGrammar(
        .loggedModels, entities: [
            (["attributes"], .attribute), (["metrics"], .metric), (["params"], .parameter), (["tags"], .tag),
        ],
        attributes: [
            Attribute("name", isListed: true), Attribute("model_id", isListed: true),
            Attribute("model_type", isListed: true), Attribute("source_run_id", isListed: true),
            Attribute("experiment_id", .identifier, isListed: true), Attribute("artifact_location", isListed: true),
            Attribute("creation_timestamp_ms", .integer),
            Attribute("creation_timestamp", as: "creation_timestamp_ms", .integer),
            Attribute("creation_time", as: "creation_timestamp_ms", .integer),
            Attribute("last_updated_timestamp_ms", .integer),
            Attribute("last_updated_timestamp", as: "last_updated_timestamp_ms", .integer),
        ],
        listsPairs: true)

    /// A field that logged models are sorted by; MLflow cuts it at the first dot and reads no quotes.
    func field(_ written: Text) throws(AssayError) -> Name {
        let parts = written.string.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            guard let attribute = attributes.first(where: { $0.name == written }) else {
                throw AssayError(.invalidArgument, "Invalid order by field name: \(written)")
            }
            return Name(entity: .attribute, key: attribute.canonical, written: written)
        }
        guard parts[0] == "metrics" else {
            throw AssayError(.invalidArgument, "Invalid order by field name: \(written). Only metrics are supported.")
        }
        return Name(entity: .metric, key: Text(String(parts[1])), written: written)
    }
}
