import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func loggedModel(_ id: Text) throws -> LoggedModel? {
        let statement = try database.cachedStatement(sql: Self.loggedModelColumns + " WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]), try finds(TouchedObject(.loggedModel, id), inExperiment: row[2]) else { return nil }
        return try loggedModel(row)
    }

    func createLoggedModel(_ model: LoggedModel) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO loggedModel
                    (id, experiment, name, modelType, sourceRunID, status, stage, creationTime, lastUpdateTime,
                    artifactURI, createdBy)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(
            arguments: [
                model.id, model.experimentID, model.name, model.modelType, model.sourceRunID, model.status.rawValue,
                model.stage.rawValue, model.creationTime, model.lastUpdateTime, model.artifactURI, model.createdBy,
            ])
        try setLoggedModelTags(model.id, model.tags)
        try addLoggedModelParams(model.id, model.params)
    }

    func setLoggedModelStatus(_ id: Text, _ status: LoggedModelStatus, at time: Int64) throws {
        let statement = try database.cachedStatement(
            sql: "UPDATE loggedModel SET status = ?, lastUpdateTime = ? WHERE id = ?")
        try statement.execute(arguments: [status.rawValue, time, id])
    }

    func setLoggedModelStage(_ id: Text, _ stage: LifecycleStage, at time: Int64) throws {
        let statement = try database.cachedStatement(
            sql: "UPDATE loggedModel SET stage = ?, lastUpdateTime = ? WHERE id = ?")
        try statement.execute(arguments: [stage.rawValue, time, id])
    }

    func setLoggedModelTags(_ id: Text, _ tags: [KeyValue]) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO loggedModelTag (model, key, value)
                VALUES ((SELECT number FROM loggedModel WHERE id = ?), ?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """)
        for tag in tags { try statement.execute(arguments: [id, tag.key, tag.value]) }
    }

    func deleteLoggedModelTag(_ id: Text, key: Text) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: "DELETE FROM loggedModelTag WHERE model = (SELECT number FROM loggedModel WHERE id = ?) AND key = ?")
        try statement.execute(arguments: [id, key])
        return database.changesCount > 0
    }

    func addLoggedModelParams(_ id: Text, _ params: [KeyValue]) throws {
        let find = try database.cachedStatement(
            sql: """
                SELECT value FROM loggedModelParam
                WHERE model = (SELECT number FROM loggedModel WHERE id = ?) AND key = ?
                """)
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO loggedModelParam (model, key, value)
                VALUES ((SELECT number FROM loggedModel WHERE id = ?), ?, ?)
                """)
        for param in params {
            if let old = try Text.fetchOne(find, arguments: [id, param.key]) {
                guard old == param.value else {
                    throw AssayError(
                        .alreadyExists, "The param '\(param.key)' of logged model '\(id)' has another value already.")
                }
            } else {
                try insert.execute(arguments: [id, param.key, param.value])
            }
        }
    }

    func addLoggedModelMetrics(_ points: [MetricPoint], from run: RunHandle) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO loggedModelMetric
                    (model, run, key, timestamp, step, value, isNaN, datasetName, datasetDigest)
                SELECT number, ?, ?, ?, ?, ?, ?, ?, ? FROM loggedModel WHERE id = ?
                ON CONFLICT DO NOTHING
                """)
        for point in points {
            guard let modelID = point.modelID else { continue }
            _ = try existingLoggedModel(modelID)
            let stored = StoredMetric(point)
            try insert.execute(
                arguments: [
                    run.number, try metricKey(point.key), stored.timestamp, stored.step, stored.value,
                    stored.isNaN, point.datasetName ?? "", point.datasetDigest ?? "", modelID,
                ])
        }
    }

    // MARK: - Reading

    static let loggedModelColumns = """
        SELECT number, id, experiment, name, modelType, sourceRunID, status, stage, creationTime, lastUpdateTime,
            artifactURI, createdBy
        FROM loggedModel
        """

    func loggedModel(_ row: Row) throws -> LoggedModel {
        guard let status = LoggedModelStatus(rawValue: row[6]) else {
            throw AssayError(.corrupt, "A logged model in the database has no known status. Run `assay doctor`.")
        }
        let number: Int64 = row[0]
        let params = try database.cachedStatement(
            sql: "SELECT key, value FROM loggedModelParam WHERE model = ? ORDER BY key")
        let tags = try database.cachedStatement(
            sql: "SELECT key, value FROM loggedModelTag WHERE model = ? ORDER BY key")
        let metrics = try database.cachedStatement(
            sql: """
                SELECT metricKey.name, metric.value, metric.isNaN, metric.timestamp, metric.step, metric.datasetName,
                    metric.datasetDigest, run.id
                FROM loggedModelMetric AS metric
                JOIN metricKey ON metricKey.id = metric.key JOIN run ON run.number = metric.run
                WHERE metric.model = ? ORDER BY metric.id
                """)
        let id: Text = row[1]
        note(TouchedObject(.loggedModel, id))
        return LoggedModel(
            id: id, experimentID: row[2], name: row[3], modelType: row[4], sourceRunID: row[5], status: status,
            stage: try LifecycleStage(stored: row[7]), creationTime: row[8], lastUpdateTime: row[9],
            artifactURI: row[10], createdBy: row[11],
            params: try Row.fetchAll(params, arguments: [number]).map { KeyValue(key: $0[0], value: $0[1]) },
            tags: try Row.fetchAll(tags, arguments: [number]).map { KeyValue(key: $0[0], value: $0[1]) },
            metrics: try Row.fetchAll(metrics, arguments: [number]).map {
                MetricPoint(
                    key: $0[0], value: Self.metricValue($0[1], isNaN: $0[2]), timestamp: $0[3], step: $0[4],
                    modelID: id, datasetName: Self.nonEmpty($0[5]), datasetDigest: Self.nonEmpty($0[6]), runID: $0[7])
            })
    }

    private static func nonEmpty(_ text: Text) -> Text? { text.isEmpty ? nil : text }
}
