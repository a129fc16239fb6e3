import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func searchRegisteredModels(_ query: SearchQuery, prompts: Bool) throws -> SearchPage<RegisteredModel> {
        var search = SQLSearch(table: "registeredModel")
        search.require("registeredModel.deletionTime IS NULL")
        leaveOutUnseen(modelNumbers: "registeredModel.number", &search)
        Self.require(prompts: prompts, model: "registeredModel.number", &search)
        for clause in query.clauses {
            switch clause.entity {
            case .attribute: try search.require(try Self.registeredModelColumn(clause.key), clause)
            case .tag: try search.require(pairs: "registeredModelTag", of: "model", "registeredModel.number", clause)
            case .metric, .parameter, .dataset: throw Self.notSearchable(clause.entity)
            }
        }
        for order in query.order {
            search.order(by: try Self.registeredModelColumn(order.key), ascending: order.ascending)
        }
        search.order(by: "registeredModel.name", ascending: true)
        let page = try search.page(of: "registeredModel.number", limit: query.limit, after: query.after, in: database)
        let find = try database.cachedStatement(sql: Self.registeredModelColumns + " WHERE number = ?")
        return try page.map { number in
            guard let row = try Row.fetchOne(find, arguments: [number]) else {
                throw AssayError(.internalFault, "A registered model vanished inside one snapshot.")
            }
            return try registeredModel(row)
        }
    }

    func searchModelVersions(_ query: SearchQuery, prompts: Bool) throws -> SearchPage<ModelVersion> {
        var search = SQLSearch(table: "modelVersion")
        search.join(as: "registeredModel", "JOIN registeredModel ON registeredModel.number = modelVersion.model", [])
        search.require("modelVersion.deletionTime IS NULL")
        leaveOutUnseen(modelNumbers: "modelVersion.model", &search)
        Self.require(prompts: prompts, model: "modelVersion.model", &search)
        for clause in query.clauses {
            switch clause.entity {
            case .attribute: try search.require(try Self.modelVersionColumn(clause.key), clause)
            case .tag: try search.require(pairs: "modelVersionTag", of: "version", "modelVersion.number", clause)
            case .metric, .parameter, .dataset: throw Self.notSearchable(clause.entity)
            }
        }
        for order in query.order {
            search.order(by: try Self.modelVersionColumn(order.key), ascending: order.ascending)
        }
        search.order(by: "registeredModel.name", ascending: true)
        search.order(by: "modelVersion.version", ascending: false)
        return try search.page(of: "modelVersion.number", limit: query.limit, after: query.after, in: database)
            .map { number in
                guard let version = try modelVersions(where: "version.number = ?", [number]).first else {
                    throw AssayError(.internalFault, "A model version vanished inside one snapshot.")
                }
                return version
            }
    }

    private static func registeredModelColumn(_ key: Text) throws(AssayError) -> String {
        switch key {
        case "name": "registeredModel.name"
        case "last_updated_timestamp": "registeredModel.lastUpdateTime"
        default: throw AssayError(.invalidArgument, "Registered models are not searched by '\(key)'.")
        }
    }

    private static func modelVersionColumn(_ key: Text) throws(AssayError) -> String {
        switch key {
        case "name": "registeredModel.name"
        case "version_number": "modelVersion.version"
        case "run_id": "modelVersion.runID"
        case "source_path": "modelVersion.source"
        case "creation_timestamp": "modelVersion.creationTime"
        case "last_updated_timestamp": "modelVersion.lastUpdateTime"
        default: throw AssayError(.invalidArgument, "Model versions are not searched by '\(key)'.")
        }
    }

    private static func require(prompts: Bool, model: String, _ search: inout SQLSearch) {
        search.require(
            """
            \(prompts ? "" : "NOT ")EXISTS (SELECT 1 FROM registeredModelTag AS prompt
            WHERE prompt.model = \(model) AND prompt.key = 'mlflow.prompt.is_prompt' AND prompt.value = 'true')
            """)
    }

    private static func notSearchable(_ entity: SearchEntity) -> AssayError {
        AssayError(.invalidArgument, "The registry is searched by attributes and tags, not by \(entity.rawValue).")
    }
}
