package import AssayStore
package import AssayTerms
import Foundation
import GRDB

extension MLflowDatabase {
    package func loggedModels(after id: Text?, limit: Int) throws -> ImportPage<LoggedModel> {
        guard schema.has("logged_models") else { return ImportPage(items: []) }
        var reading = RowReading()
        var next: Text?
        let type = schema.column("model_type", of: "logged_models")
        let run = schema.column("source_run_id", of: "logged_models")
        let models = try read { database in
            let rows = try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT model_id, experiment_id, CAST(name AS BLOB), CAST(\(type) AS BLOB), CAST(\(run) AS BLOB), status,
                            lifecycle_stage, creation_timestamp_ms, last_updated_timestamp_ms, CAST(artifact_location AS BLOB)
                        FROM logged_models WHERE model_id > ? ORDER BY model_id LIMIT ?
                        """), arguments: [id?.string ?? "", limit])
            next = rows.last.flatMap { RowReading.id($0, 0) }
            return try rows.compactMap { try loggedModel($0, &reading, database) }
        }
        return ImportPage(items: models, problems: reading.problems, next: next)
    }

    private func loggedModel(_ row: Row, _ reading: inout RowReading, _ database: Database) throws -> LoggedModel? {
        guard let id = RowReading.id(row, 0) else {
            reading.note("logged model", "its id is no text; the model was left out")
            return nil
        }
        let object = Text("logged model \(id)")
        guard SourceID.isValid(id) else {
            reading.note(object, "its id is none that MLflow gives; the model was left out")
            return nil
        }
        let written = reading.word(row, 5, of: object, "its status") ?? ""
        guard let status = Int64(written).flatMap({ LoggedModelStatus(rawValue: $0) }) else {
            reading.note(object, "its status '\(written.prefix(64))' is unknown; the model was left out")
            return nil
        }
        guard let experiment = reading.integer(row, 1, of: object, "its experiment's id") else {
            reading.note(object, "it belongs to no experiment; the model was left out")
            return nil
        }
        let created = reading.integer(row, 7, of: object, "its time of creation") ?? -1
        var model = LoggedModel(
            id: id, experimentID: experiment, name: reading.text(row, 2, of: object, "its name") ?? "",
            modelType: reading.text(row, 3, of: object, "its type") ?? "",
            sourceRunID: reading.text(row, 4, of: object, "its run") ?? "", status: status,
            stage: reading.lifecycleStage(row, 6, of: object), creationTime: created,
            lastUpdateTime: reading.integer(row, 8, of: object, "its time of change") ?? created,
            artifactURI: reading.text(row, 9, of: object, "its artifact location") ?? "", createdBy: Principal.anonymous.id)
        let params = try database.cachedStatement(
            sql: "SELECT CAST(param_key AS BLOB), CAST(param_value AS BLOB) FROM logged_model_params WHERE model_id = ? ORDER BY param_key")
        for row in try Row.fetchAll(params, arguments: [id.string]) {
            if let pair = reading.pair(row, key: 0, value: 1, of: object, "param") { model.params.append(pair) }
        }
        let tags = try database.cachedStatement(
            sql: "SELECT CAST(tag_key AS BLOB), CAST(tag_value AS BLOB) FROM logged_model_tags WHERE model_id = ? ORDER BY tag_key")
        for row in try Row.fetchAll(tags, arguments: [id.string]) {
            if let pair = reading.pair(row, key: 0, value: 1, of: object, "tag") { model.tags.append(pair) }
        }
        let dataset = schema.column("dataset_name", of: "logged_model_metrics")
        let digest = schema.column("dataset_digest", of: "logged_model_metrics")
        let metrics = try database.cachedStatement(
            sql: """
                SELECT CAST(metric_name AS BLOB), metric_timestamp_ms, metric_step, metric_value, 0, CAST(\(dataset) AS BLOB),
                    CAST(\(digest) AS BLOB), run_id
                FROM logged_model_metrics WHERE model_id = ? ORDER BY rowid
                """)
        for row in try Row.fetchAll(metrics, arguments: [id.string]) {
            guard let key = reading.text(row, 0, of: object, "the key of a metric") else { continue }
            guard let point = RowReading.point(row, from: 1) else {
                reading.note(object, "a point of metric '\(key)' has a time, step or value that is no such number; it was left out")
                continue
            }
            var metric = point.metric(key)
            metric.modelID = id
            metric.datasetName = reading.text(row, 5, of: object, "the dataset of metric '\(key)'")
            metric.datasetDigest = reading.text(row, 6, of: object, "the dataset digest of metric '\(key)'")
            metric.runID = RowReading.id(row, 7)
            model.metrics.append(metric)
        }
        return model
    }

    // MARK: - Registry

    package func registeredModels() throws -> ImportPage<SourceModel> {
        var reading = RowReading()
        let workspace = schema.column("workspace", of: "registered_models", otherwise: "'default'")
        let models = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT CAST(name AS BLOB), CAST(description AS BLOB), coalesce(creation_time, -1),
                        coalesce(last_updated_time, creation_time, -1), \(workspace)
                    FROM registered_models ORDER BY name
                    """
            ).compactMap { row -> SourceModel? in
                guard let name = reading.text(row, 0, of: "registered model", "its name") else { return nil }
                let object = Text("registered model '\(name)'")
                let workspace = reading.word(row, 4, of: object, "its workspace") ?? "default"
                let created = reading.integer(row, 2, of: object, "its time of creation") ?? -1
                var model = SourceModel(
                    name: name, description: reading.text(row, 1, of: object, "its description"), creationTime: created,
                    lastUpdateTime: reading.integer(row, 3, of: object, "its time of change") ?? created, tags: [], aliases: [], versions: [])
                if workspace != "default" {
                    model.name = Text("\(workspace).\(name)")
                    reading.note(object, "it is of the workspace '\(workspace)', which Assay has no place for; it is named '\(model.name)'")
                }
                try addParts(to: &model, named: name.string, in: workspace, &reading, database)
                return model
            }
        }
        return ImportPage(items: models, problems: reading.problems)
    }

    private func addParts(
        to model: inout SourceModel, named name: String, in workspace: String, _ reading: inout RowReading, _ database: Database
    ) throws {
        let object = Text("registered model '\(model.name)'")
        func rows(_ columns: String, _ table: Text, _ order: String) throws -> [Row] {
            let scope = schema.has("workspace", in: table) ? "workspace = ?2" : "?2 = 'default'"
            let sql = "SELECT \(columns) FROM \(table) WHERE name = ?1 AND \(scope) ORDER BY \(order)"
            return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [name, workspace])
        }
        for row in try rows("CAST(key AS BLOB), CAST(value AS BLOB)", "registered_model_tags", "key") {
            if let pair = reading.pair(row, key: 0, value: 1, of: object, "tag") { model.tags.append(pair) }
        }
        if schema.has("registered_model_aliases") {
            for row in try rows("CAST(alias AS BLOB), version", "registered_model_aliases", "alias") {
                guard let alias = reading.text(row, 0, of: object, "an alias"),
                    let version = reading.integer(row, 1, of: object, "the version of alias '\(alias)'")
                else { continue }
                model.aliases.append(ModelAlias(alias: alias, version: version))
            }
        }
        var tags: [Int64: [KeyValue]] = [:]
        for row in try rows("version, CAST(key AS BLOB), CAST(value AS BLOB)", "model_version_tags", "version, key") {
            guard let number = reading.integer(row, 0, of: object, "the version of a tag") else { continue }
            if let pair = reading.pair(row, key: 1, value: 2, of: Text("\(object), version \(number)"), "tag") {
                tags[number, default: []].append(pair)
            }
        }
        let location = schema.column("storage_location", of: "model_versions")
        let link = schema.column("run_link", of: "model_versions")
        let columns = """
            version, CAST(description AS BLOB), current_stage, CAST(source AS BLOB), CAST(run_id AS BLOB), CAST(\(link) AS BLOB),
                CAST(\(location) AS BLOB), status, coalesce(creation_time, -1), coalesce(last_updated_time, creation_time, -1)
            """
        for row in try rows(columns, "model_versions", "version") {
            guard let number = reading.integer(row, 0, of: object, "a version's number") else { continue }
            let object = Text("\(object), version \(number)")
            guard SourceID.isVersion(number) else {
                reading.note(object, "its number leaves no room for others; the version was left out")
                continue
            }
            let stage = reading.word(row, 2, of: object, "its stage") ?? ModelStage.none.rawValue
            let status = reading.word(row, 7, of: object, "its status") ?? "READY"
            let created = reading.integer(row, 8, of: object, "its time of creation") ?? -1
            let source = reading.text(row, 3, of: object, "its source") ?? ""
            model.versions.append(
                SourceVersion(
                    number: number, description: reading.text(row, 1, of: object, "its description"),
                    stage: VersionFields.stage(stage, object, &reading), isDeleted: stage == VersionFields.deletedStage,
                    unreadyStatus: status == "READY" ? nil : Text(status), source: source,
                    storageLocation: reading.text(row, 6, of: object, "its storage location"),
                    runID: reading.text(row, 4, of: object, "its run") ?? "", runLink: reading.text(row, 5, of: object, "its run link") ?? "",
                    loggedModelID: VersionFields.loggedModelID(source), creationTime: created,
                    lastUpdateTime: reading.integer(row, 9, of: object, "its time of change") ?? created,
                    tags: tags[number] ?? []))
        }
    }
}

/// What both kinds of store write about a version.
enum VersionFields {
    /// MLflow keeps the row of a deleted version, so that its number is not given again.
    static let deletedStage = "Deleted_Internal"

    static func stage(_ text: String, _ object: Text, _ reading: inout RowReading) -> ModelStage {
        if text == deletedStage { return .none }
        if let stage = ModelStage(anyCase: text) { return stage }
        reading.note(object, "its stage '\(text.prefix(64))' is unknown and was taken for None")
        return .none
    }

    /// The model in `models:/m-…`; a reference to a version of a registered model names none.
    static func loggedModelID(_ source: Text) -> Text? {
        guard source.string.hasPrefix("models:/m-") else { return nil }
        let id = Text(String(source.string.dropFirst("models:/".count)))
        return SourceID.isValid(id) ? id : nil
    }
}
