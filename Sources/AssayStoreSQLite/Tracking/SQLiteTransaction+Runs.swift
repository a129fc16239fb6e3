import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func runHandle(_ id: Text) throws -> RunHandle? {
        let statement = try database.cachedStatement(sql: Self.runHandleColumns + " WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]), try finds(TouchedObject(.run, id), inExperiment: row[2]) else { return nil }
        return try Self.runHandle(row)
    }

    func runInfo(_ id: Text) throws -> RunInfo? {
        let statement = try database.cachedStatement(sql: Self.runColumns + " WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]), try finds(TouchedObject(.run, id), inExperiment: row[2]) else { return nil }
        return try Self.runInfo(row)
    }

    func run(_ id: Text) throws -> Run? {
        guard let handle = try runHandle(id) else { return nil }
        return try runs([handle.number]).first
    }

    func tag(_ key: Text, of run: RunHandle) throws -> Text? {
        let statement = try database.cachedStatement(sql: "SELECT value FROM runTag WHERE run = ? AND key = ?")
        return try Text.fetchOne(statement, arguments: [run.number, key])
    }

    func createRun(_ run: NewRun) throws {
        let info = run.info
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO run
                    (id, experiment, name, userID, status, startTime, endTime, stage, artifactURI, createdBy,
                    sealDueTime)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(
            arguments: [
                info.id, info.experimentID, info.name, info.userID, info.status.rawValue, info.startTime, info.endTime,
                info.stage.rawValue, info.artifactURI, info.createdBy,
                SealSchedule.mark(nil, isEnded: info.status.isEnded, now: nowMilliseconds()),
            ])
        note(TouchedObject(.run, info.id))
        let number = database.lastInsertedRowID
        for tag in run.tags { try setTag(tag, run: number) }
    }

    func updateRun(_ run: RunHandle, status: RunStatus?, endTime: Int64?, name: Text?) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE run SET
                    status = coalesce(?, status), endTime = coalesce(?, endTime), name = coalesce(?, name)
                WHERE number = ?
                """)
        try statement.execute(arguments: [status?.rawValue, endTime, name, run.number])
        try markForSeal(run, now: status)
    }

    func setRunStage(_ run: RunHandle, _ stage: LifecycleStage, at time: Int64) throws {
        let statement = try database.cachedStatement(sql: "UPDATE run SET stage = ?, deletedTime = ? WHERE number = ?")
        try statement.execute(arguments: [stage.rawValue, stage == .deleted ? time : nil, run.number])
        try markForSeal(run)
    }

    func deleteTag(_ key: Text, of run: RunHandle) throws -> Bool {
        let statement = try database.cachedStatement(sql: "DELETE FROM runTag WHERE run = ? AND key = ?")
        try statement.execute(arguments: [run.number, key])
        guard database.changesCount > 0 else { return false }
        try markForSeal(run)
        return true
    }

    // MARK: - Reading whole runs

    /// The runs of these numbers, in the same order.
    func runs(_ numbers: [Int64]) throws -> [Run] {
        var runs: [Int64: Run] = [:]
        let wanted = "[" + numbers.map(String.init).joined(separator: ",") + "]"
        for row in try rows(Self.runColumns + " WHERE number IN (SELECT value FROM json_each(?))", wanted) {
            let info = try Self.runInfo(row)
            note(TouchedObject(.run, info.id))
            runs[row["number"]] = Run(info: info)
        }
        let pairs = "SELECT run, key, value FROM %@ WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key"
        for row in try rows(pairs.replacing("%@", with: "runParam"), wanted) {
            runs[row[0]]?.params.append(KeyValue(key: row[1], value: row[2]))
        }
        for row in try rows(pairs.replacing("%@", with: "runTag"), wanted) {
            runs[row[0]]?.tags.append(KeyValue(key: row[1], value: row[2]))
        }
        let metrics = """
            SELECT latest.run, metricKey.name, latest.value, latest.isNaN, latest.timestamp, latest.step
            FROM latestMetric AS latest JOIN metricKey ON metricKey.id = latest.key
            WHERE latest.run IN (SELECT value FROM json_each(?))
            ORDER BY latest.run, metricKey.name
            """
        for row in try rows(metrics, wanted) {
            runs[row[0]]?.metrics.append(
                MetricPoint(key: row[1], value: Self.metricValue(row[2], isNaN: row[3]), timestamp: row[4], step: row[5]))
        }
        try readInputs(wanted, into: &runs)
        return numbers.compactMap { runs[$0] }
    }

    private func readInputs(_ wanted: String, into runs: inout [Int64: Run]) throws {
        let datasets = """
            SELECT input.run, input.id, dataset.name, dataset.digest, dataset.sourceType, dataset.source,
                dataset."schema", dataset.profile
            FROM datasetInput AS input JOIN dataset ON dataset.id = input.dataset
            WHERE input.run IN (SELECT value FROM json_each(?))
            ORDER BY input.run, input.id
            """
        let tags = try database.cachedStatement(
            sql: "SELECT key, value FROM datasetInputTag WHERE input = ? ORDER BY key")
        for row in try rows(datasets, wanted) {
            let input: Int64 = row[1]
            let dataset = Dataset(
                name: row[2], digest: row[3], sourceType: row[4], source: row[5], schema: row[6], profile: row[7])
            runs[row[0]]?.datasets.append(
                DatasetInput(
                    dataset: dataset,
                    tags: try Row.fetchAll(tags, arguments: [input]).map { KeyValue(key: $0[0], value: $0[1]) }))
        }
        let inputs = "SELECT run, model FROM runModelInput WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, id"
        for row in try rows(inputs, wanted) { runs[row[0]]?.modelInputs.append(row[1]) }
        let outputs =
            "SELECT run, model, step FROM runModelOutput WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, id"
        for row in try rows(outputs, wanted) {
            runs[row[0]]?.modelOutputs.append(ModelOutput(modelID: row[1], step: row[2]))
        }
    }

    private func rows(_ sql: String, _ wanted: String) throws -> [Row] {
        try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: [wanted])
    }

    static let runColumns = """
        SELECT number, id, experiment, name, userID, status, startTime, endTime, stage, artifactURI, createdBy FROM run
        """

    static let runHandleColumns = "SELECT number, id, experiment, status, stage, sealDueTime FROM run"

    static func runHandle(_ row: Row) throws -> RunHandle {
        RunHandle(
            number: row[0], id: row[1], experimentID: row[2], status: try RunStatus(stored: row[3]),
            stage: try LifecycleStage(stored: row[4]), sealDue: row[5])
    }

    static func runInfo(_ row: Row) throws -> RunInfo {
        RunInfo(
            id: row[1], experimentID: row[2], name: row[3], userID: row[4], status: try RunStatus(stored: row[5]),
            startTime: row[6],
            endTime: row[7], stage: try LifecycleStage(stored: row[8]), artifactURI: row[9], createdBy: row[10])
    }

    static func metricValue(_ value: Double, isNaN: Bool) -> Double { isNaN ? .nan : value }
}

extension RunStatus {
    fileprivate init(stored: Int64) throws {
        guard let status = RunStatus(rawValue: stored) else {
            throw AssayError(.corrupt, "A run in the database has no known status. Run `assay doctor`.")
        }
        self = status
    }
}
