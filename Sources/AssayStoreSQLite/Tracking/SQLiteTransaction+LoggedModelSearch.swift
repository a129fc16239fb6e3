import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func searchLoggedModels(
        _ query: SearchQuery, experiments: [Int64], datasets: [LoggedModelDataset]
    ) throws -> SearchPage<LoggedModel> {
        var search = SQLSearch(table: "loggedModel")
        search.require("loggedModel.experiment", in: experiments)
        leaveOutUnseen(experiments: "loggedModel.experiment", &search)
        search.require("loggedModel.stage = ?", [LifecycleStage.active.rawValue])
        let (onDatasets, datasetValues) = Self.datasetCondition(datasets)
        for clause in query.clauses {
            switch clause.entity {
            case .attribute: try search.require(try Self.loggedModelColumn(clause.key), clause)
            case .tag: try search.require(pairs: "loggedModelTag", of: "model", "loggedModel.number", clause)
            case .parameter: try search.require(pairs: "loggedModelParam", of: "model", "loggedModel.number", clause)
            case .metric:
                let (sql, values) = try SQLSearch.metricComparison("metric", clause)
                search.require(
                    """
                    EXISTS (SELECT 1 FROM loggedModelMetric AS metric WHERE metric.model = loggedModel.number
                    AND metric.key = (SELECT id FROM metricKey WHERE name = ?) AND \(sql) AND \(onDatasets))
                    """, [clause.key] + values + datasetValues)
            case .dataset: throw AssayError(.invalidArgument, "Logged models are not searched by dataset clauses.")
            }
        }
        if !datasets.isEmpty, !query.clauses.contains(where: { $0.entity == .metric }) {
            search.require(
                """
                EXISTS (SELECT 1 FROM loggedModelMetric AS metric
                WHERE metric.model = loggedModel.number AND \(onDatasets))
                """, datasetValues)
        }
        for (index, order) in query.order.enumerated() { try add(order, index: index, to: &search) }
        if !query.order.contains(where: { $0.entity == .attribute && $0.key == "creation_timestamp_ms" }) {
            search.order(by: "loggedModel.creationTime", ascending: false)
        }
        search.order(by: "loggedModel.id", ascending: true)
        let page = try search.page(of: "loggedModel.number", limit: query.limit, after: query.after, in: database)
        let find = try database.cachedStatement(sql: Self.loggedModelColumns + " WHERE number = ?")
        return try page.map { number in
            guard let row = try Row.fetchOne(find, arguments: [number]) else {
                throw AssayError(.internalFault, "A logged model vanished inside one snapshot.")
            }
            return try loggedModel(row)
        }
    }

    private func add(_ order: SearchOrder, index: Int, to search: inout SQLSearch) throws {
        switch order.entity {
        case .attribute:
            search.order(by: try Self.loggedModelColumn(order.key), ascending: order.ascending)
        case .metric:
            let alias = "sort\(index)"
            var scope = "key = (SELECT id FROM metricKey WHERE name = ?)"
            var values: [any DatabaseValueConvertible] = [order.key]
            if let name = order.datasetName {
                scope += " AND datasetName = ?"
                values.append(name)
            }
            if let digest = order.datasetDigest {
                scope += " AND datasetDigest = ?"
                values.append(digest)
            }
            // The newest point of each model stands for its metric.
            search.join(
                as: alias,
                """
                LEFT JOIN (SELECT model, value, isNaN, row_number() OVER (PARTITION BY model
                ORDER BY timestamp DESC, step DESC, run, id DESC) AS place FROM loggedModelMetric WHERE \(scope))
                AS \(alias) ON \(alias).model = loggedModel.number AND \(alias).place = 1
                """, values)
            search.order(byMetric: alias, ascending: order.ascending)
        case .parameter, .tag, .dataset:
            throw AssayError(
                .invalidArgument, "Invalid order by field name: \(order.entity.rawValue)s.\(order.key). Only metrics are supported.")
        }
    }

    private static func datasetCondition(
        _ datasets: [LoggedModelDataset]
    ) -> (String, [(any DatabaseValueConvertible)?]) {
        guard !datasets.isEmpty else { return ("1", []) }
        var parts: [String] = []
        var values: [(any DatabaseValueConvertible)?] = []
        for dataset in datasets {
            parts.append(dataset.digest == nil ? "metric.datasetName = ?" : "metric.datasetName = ? AND metric.datasetDigest = ?")
            values.append(dataset.name)
            if let digest = dataset.digest { values.append(digest) }
        }
        return ("(" + parts.joined(separator: " OR ") + ")", values)
    }

    private static func loggedModelColumn(_ attribute: Text) throws(AssayError) -> String {
        switch attribute.string {
        case "model_id": "loggedModel.id"
        case "name": "loggedModel.name"
        case "model_type": "loggedModel.modelType"
        case "source_run_id": "loggedModel.sourceRunID"
        case "experiment_id": "loggedModel.experiment"
        case "artifact_location": "loggedModel.artifactURI"
        case "creation_timestamp_ms": "loggedModel.creationTime"
        case "last_updated_timestamp_ms": "loggedModel.lastUpdateTime"
        default: throw AssayError(.invalidArgument, "Invalid attribute key '\(attribute)' specified.")
        }
    }
}
