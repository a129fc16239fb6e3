import AssayTerms

extension SearchGrammar {
    package static let runs = SearchGrammar(
        entities: [
            (["metric", "metrics"], .metric), (["parameter", "parameters", "param", "params"], .parameter),
            (["tag", "tags"], .tag), (["attribute", "attr", "attributes", "run"], .attribute),
            (["dataset", "datasets"], .dataset),
        ],
        attributes: [
            Attribute("run_id", isListed: true), Attribute("run_name"), Attribute("run name", as: "run_name"),
            Attribute("Run name", as: "run_name"), Attribute("Run Name", as: "run_name"), Attribute("user_id"),
            Attribute("status"), Attribute("artifact_uri"), Attribute("start_time", .integer),
            Attribute("created", as: "start_time", .integer), Attribute("Created", as: "start_time", .integer),
            Attribute("end_time", .integer),
        ],
        nullable: [.tag, .parameter], sortable: [.attribute, .metric, .parameter, .tag])

    package static let experiments = SearchGrammar(
        entities: [(["attribute"], .attribute), (["tag", "tags"], .tag)],
        attributes: [
            Attribute("name"), Attribute("experiment_id", .identifier, isListed: true),
            Attribute("creation_time", .integer), Attribute("last_update_time", .integer),
        ],
        nullable: [.tag], sortable: [.attribute])

    package static let loggedModels = SearchGrammar(
        entities: [
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
        nullable: [], sortable: [.attribute, .metric], listsPairs: true)
}
