package import AssayStore
package import AssayTerms
import Foundation
import GRDB

extension MLflowDatabase {
    package func experiments() throws -> ImportPage<Experiment> {
        var reading = RowReading()
        let workspace = schema.column("workspace", of: "experiments", otherwise: "'default'")
        let created = schema.column("creation_time", of: "experiments")
        let updated = schema.column("last_update_time", of: "experiments")
        let experiments = try read { database in
            var tags: [Int64: [KeyValue]] = [:]
            let tagRows = try Row.fetchCursor(
                database, sql: "SELECT experiment_id, CAST(key AS BLOB), CAST(value AS BLOB) FROM experiment_tags ORDER BY experiment_id, key")
            while let row = try tagRows.next() {
                guard let id = reading.integer(row, 0, of: "experiment tag", "its experiment's id") else { continue }
                if let pair = reading.pair(row, key: 1, value: 2, of: Text("experiment \(id)"), "tag") { tags[id, default: []].append(pair) }
            }
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT experiment_id, CAST(name AS BLOB), CAST(artifact_location AS BLOB), lifecycle_stage,
                        coalesce(\(created), -1), coalesce(\(updated), \(created), -1), \(workspace)
                    FROM experiments ORDER BY experiment_id
                    """
            ).compactMap { row -> Experiment? in
                guard let id = reading.integer(row, 0, of: "experiment", "its id") else { return nil }
                let object = Text("experiment \(id)")
                guard SourceID.isExperiment(id) else {
                    reading.note(object, "its id leaves no room for others; the experiment was left out")
                    return nil
                }
                let name = reading.text(row, 1, of: object, "its name") ?? object
                let workspace = reading.word(row, 6, of: object, "its workspace") ?? "default"
                if workspace != "default" {
                    reading.note(object, "it is of the workspace '\(workspace)', which Assay has no place for; it is named '\(workspace)/\(name)'")
                }
                let created = reading.integer(row, 4, of: object, "its time of creation") ?? -1
                return Experiment(
                    id: id, name: workspace == "default" ? name : Text("\(workspace)/\(name)"),
                    artifactLocation: reading.text(row, 2, of: object, "its artifact location") ?? "",
                    stage: reading.lifecycleStage(row, 3, of: object), creationTime: created,
                    lastUpdateTime: reading.integer(row, 5, of: object, "its time of change") ?? created,
                    tags: tags[id] ?? [])
            }
        }
        return ImportPage(items: experiments, problems: reading.problems)
    }

    package func runs(after id: Text?, limit: Int) throws -> ImportPage<SourceRun> {
        var reading = RowReading()
        var next: Text?
        let deleted = schema.column("deleted_time", of: "runs")
        let runs = try read { database in
            let rows = try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT run_uuid, experiment_id, CAST(name AS BLOB), CAST(user_id AS BLOB), status,
                            coalesce(start_time, 0), end_time, lifecycle_stage, CAST(artifact_uri AS BLOB), \(deleted)
                        FROM runs WHERE run_uuid > ? ORDER BY run_uuid LIMIT ?
                        """), arguments: [id?.string ?? "", limit])
            next = rows.last.flatMap { RowReading.id($0, 0) }
            var runs = rows.compactMap { Self.run($0, &reading) }
            try addRecords(to: &runs, &reading, database)
            return runs
        }
        return ImportPage(items: runs, problems: reading.problems, next: next)
    }

    private static func run(_ row: Row, _ reading: inout RowReading) -> SourceRun? {
        guard let id = RowReading.id(row, 0) else {
            reading.note("run", "its id is no text; the run was left out")
            return nil
        }
        let object = Text("run \(id)")
        guard SourceID.isValid(id) else {
            reading.note(object, "its id is none that MLflow gives; the run was left out")
            return nil
        }
        guard let experiment = reading.integer(row, 1, of: object, "its experiment's id") else {
            reading.note(object, "it belongs to no experiment; the run was left out")
            return nil
        }
        var status = RunStatus(name: reading.word(row, 4, of: object, "its status") ?? "RUNNING")
        if status == nil {
            reading.note(object, "its status is unknown and was taken for FAILED")
            status = .failed
        }
        let info = RunInfo(
            id: id, experimentID: experiment, name: reading.text(row, 2, of: object, "its name") ?? "",
            userID: reading.text(row, 3, of: object, "its user") ?? "", status: status ?? .failed,
            startTime: reading.integer(row, 5, of: object, "its start time") ?? 0,
            endTime: reading.integer(row, 6, of: object, "its end time"), stage: reading.lifecycleStage(row, 7, of: object),
            artifactURI: reading.text(row, 8, of: object, "its artifact location") ?? "", createdBy: Principal.anonymous.id)
        return SourceRun(
            run: Run(info: info), deletedTime: reading.integer(row, 9, of: object, "its time of deletion"), latest: [])
    }

    private func addRecords(to runs: inout [SourceRun], _ reading: inout RowReading, _ database: Database) throws {
        var places: [Text: Int] = [:]
        for (place, run) in runs.enumerated() { places[run.run.info.id] = place }
        let wanted = Self.jsonList(runs.map(\.run.info.id))
        func rows(_ sql: String) throws -> RowCursor {
            try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: [wanted])
        }
        let pairs = "SELECT run_uuid, CAST(key AS BLOB), CAST(value AS BLOB) FROM %@ WHERE run_uuid IN (SELECT value FROM json_each(?)) ORDER BY run_uuid, key"
        let params = try rows(pairs.replacing("%@", with: "params"))
        while let row = try params.next() {
            guard let place = RowReading.id(row, 0).flatMap({ places[$0] }) else { continue }
            if let pair = reading.pair(row, key: 1, value: 2, of: Text("run \(runs[place].run.info.id)"), "param") {
                runs[place].run.params.append(pair)
            }
        }
        let tags = try rows(pairs.replacing("%@", with: "tags"))
        while let row = try tags.next() {
            guard let place = RowReading.id(row, 0).flatMap({ places[$0] }) else { continue }
            if let pair = reading.pair(row, key: 1, value: 2, of: Text("run \(runs[place].run.info.id)"), "tag") {
                runs[place].run.tags.append(pair)
            }
        }
        let latest = try rows(
            """
            SELECT run_uuid, CAST(key AS BLOB), coalesce(timestamp, 0), step, value, is_nan FROM latest_metrics
            WHERE run_uuid IN (SELECT value FROM json_each(?)) ORDER BY run_uuid, key
            """)
        while let row = try latest.next() {
            guard let place = RowReading.id(row, 0).flatMap({ places[$0] }) else { continue }
            let object = Text("run \(runs[place].run.info.id)")
            guard let key = reading.text(row, 1, of: object, "the key of a latest metric") else { continue }
            guard let point = RowReading.point(row, from: 2) else {
                reading.note(object, "the latest value of metric '\(key)' has a time, step or value that is no such number; it was left out")
                continue
            }
            runs[place].latest?.append(point.metric(key))
        }
        guard schema.has("inputs"), schema.has("datasets"), schema.has("input_tags") else { return }
        try addDatasets(to: &runs, places, wanted, &reading, database)
        try addModels(to: &runs, places, wanted, &reading, database)
    }

    private func addDatasets(
        to runs: inout [SourceRun], _ places: [Text: Int], _ wanted: String, _ reading: inout RowReading, _ database: Database
    ) throws {
        let tags = try database.cachedStatement(
            sql: "SELECT CAST(name AS BLOB), CAST(value AS BLOB) FROM input_tags WHERE input_uuid = ? ORDER BY name")
        let schemaColumn = schema.column("dataset_schema", of: "datasets")
        let profile = schema.column("dataset_profile", of: "datasets")
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT inputs.destination_id, inputs.input_uuid, CAST(datasets.name AS BLOB), CAST(datasets.digest AS BLOB),
                        CAST(datasets.dataset_source_type AS BLOB), CAST(datasets.dataset_source AS BLOB),
                        CAST(\(schemaColumn) AS BLOB), CAST(\(profile) AS BLOB)
                    FROM inputs JOIN datasets ON datasets.dataset_uuid = inputs.source_id
                    WHERE inputs.source_type = 'DATASET' AND inputs.destination_type = 'RUN'
                        AND inputs.destination_id IN (SELECT value FROM json_each(?))
                    ORDER BY inputs.destination_id, inputs.rowid
                    """), arguments: [wanted])
        for row in rows {
            guard let place = RowReading.id(row, 0).flatMap({ places[$0] }) else { continue }
            let object = Text("run \(runs[place].run.info.id)")
            guard let name = reading.text(row, 2, of: object, "the name of a dataset"),
                let digest = reading.text(row, 3, of: object, "the digest of dataset '\(name)'")
            else { continue }
            let dataset = Dataset(
                name: name, digest: digest, sourceType: reading.text(row, 4, of: object, "the source type of dataset '\(name)'") ?? "",
                source: reading.text(row, 5, of: object, "the source of dataset '\(name)'") ?? "",
                schema: reading.text(row, 6, of: object, "the schema of dataset '\(name)'"),
                profile: reading.text(row, 7, of: object, "the profile of dataset '\(name)'"))
            var input = DatasetInput(dataset: dataset, tags: [])
            for tag in try Row.fetchAll(tags, arguments: [row[1] as DatabaseValue]) {
                if let pair = reading.pair(tag, key: 0, value: 1, of: object, "dataset tag") { input.tags.append(pair) }
            }
            runs[place].run.datasets.append(input)
        }
    }

    private func addModels(
        to runs: inout [SourceRun], _ places: [Text: Int], _ wanted: String, _ reading: inout RowReading, _ database: Database
    ) throws {
        let step = schema.column("step", of: "inputs", otherwise: "0")
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT source_id, destination_id, source_type, \(step) FROM inputs
                    WHERE (source_type, destination_type) IN (VALUES ('RUN_INPUT', 'MODEL_INPUT'), ('RUN_OUTPUT', 'MODEL_OUTPUT'))
                        AND source_id IN (SELECT value FROM json_each(?))
                    ORDER BY source_id, rowid
                    """), arguments: [wanted])
        for row in rows {
            guard let place = RowReading.id(row, 0).flatMap({ places[$0] }) else { continue }
            let object = Text("run \(runs[place].run.info.id)")
            guard let model = RowReading.id(row, 1) else {
                reading.note(object, "the id of a logged model it is joined to is no text; it was left out")
                continue
            }
            if RowReading.id(row, 2) == "RUN_INPUT" {
                runs[place].run.modelInputs.append(model)
            } else {
                let step = reading.integer(row, 3, of: object, "the step of logged model \(model)") ?? 0
                runs[place].run.modelOutputs.append(ModelOutput(modelID: model, step: step))
            }
        }
    }

    package func eachSeries(ofRun id: Text, _ body: (MetricSeries) throws -> Void) throws -> [ImportProblem] {
        var reading = RowReading()
        try read { database in
            let keys = try database.cachedStatement(
                sql: "SELECT DISTINCT CAST(key AS BLOB) FROM metrics WHERE run_uuid = ? ORDER BY key")
            let points = try database.cachedStatement(
                sql: """
                    SELECT timestamp, step, value, is_nan FROM metrics WHERE run_uuid = ? AND key = ?
                    ORDER BY timestamp, step, value, is_nan
                    """)
            for row in try Row.fetchAll(keys, arguments: [id.string]) {
                guard let key = reading.text(row, 0, of: Text("run \(id)"), "the key of a metric") else { continue }
                var series = MetricSeries(key: key, points: [])
                var leftOut = 0
                let rows = try Row.fetchCursor(points, arguments: [id.string, key.string])
                while let row = try rows.next() {
                    if series.points.count == MetricSeries.pieceCount {
                        try body(series)
                        series.points.removeAll(keepingCapacity: true)
                    }
                    if let point = RowReading.point(row, from: 0) { series.points.append(point) } else { leftOut += 1 }
                }
                if leftOut > 0 {
                    reading.note(
                        Text("run \(id)"),
                        "\(leftOut) points of metric '\(key)' have a time, step or value that is no such number; they were left out")
                }
                try body(series)
            }
        }
        return reading.problems
    }

    /// Ids as one bound argument.
    static func jsonList(_ ids: [Text]) -> String {
        "[" + ids.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
}
