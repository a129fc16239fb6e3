import AssayStore
import AssayTerms
import GRDB

/// Appending to runs: the path that has to be quick. Every statement is cached and touches one row.
extension SQLiteTransaction {
    func append(_ batch: RunBatch, to run: RunHandle) throws {
        try appendParams(batch.params, to: run)
        for point in batch.metrics { try appendMetric(point, run: run.number) }
        for tag in batch.tags { try setTag(tag, run: run.number) }
    }

    func setTag(_ tag: KeyValue, run: Int64) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO runTag (run, key, value) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """)
        try statement.execute(arguments: [run, tag.key, tag.value])
    }

    private func appendParams(_ params: [KeyValue], to run: RunHandle) throws {
        guard !params.isEmpty else { return }
        let find = try database.cachedStatement(sql: "SELECT value FROM runParam WHERE run = ? AND key = ?")
        let insert = try database.cachedStatement(sql: "INSERT INTO runParam (run, key, value) VALUES (?, ?, ?)")
        var clashes: [String] = []
        for param in params {
            if let old = try Text.fetchOne(find, arguments: [run.number, param.key]) {
                if old == param.value { continue }
                guard params.count > 1 else {
                    throw AssayError(
                        .invalidArgument,
                        "Changing param values is not allowed. Param with key='\(param.key)' was already logged with value='\(old)' for run ID='\(run.id)'. Attempted logging new value '\(param.value)'.")
                }
                clashes.append(
                    "{'key': \(param.key.pythonLiteral), 'old_value': \(old.pythonLiteral), 'new_value': \(param.value.pythonLiteral)}")
            } else {
                try insert.execute(arguments: [run.number, param.key, param.value])
            }
        }
        guard clashes.isEmpty else {
            throw AssayError(
                .invalidArgument,
                "Changing param values is not allowed. Params were already logged='[\(clashes.joined(separator: ", "))]' for run ID='\(run.id)'.")
        }
    }

    private func appendMetric(_ point: MetricPoint, run: Int64) throws {
        let key = try metricKey(point.key)
        let (value, isNaN) = Self.stored(point.value)
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO metric (run, key, timestamp, step, value, isNaN) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """)
        try insert.execute(arguments: [run, key, point.timestamp, point.step, value, isNaN])
        let latest = try database.cachedStatement(
            sql: """
                INSERT INTO latestMetric (run, key, timestamp, step, value, isNaN) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    timestamp = excluded.timestamp, step = excluded.step, value = excluded.value, isNaN = excluded.isNaN
                WHERE (excluded.step, excluded.timestamp, excluded.value)
                    > (latestMetric.step, latestMetric.timestamp, latestMetric.value)
                """)
        try latest.execute(arguments: [run, key, point.timestamp, point.step, value, isNaN])
    }

    /// The number of a metric's name, made at its first use.
    func metricKey(_ name: Text) throws -> Int64 {
        let find = try database.cachedStatement(sql: "SELECT id FROM metricKey WHERE name = ?")
        if let id = try Int64.fetchOne(find, arguments: [name]) { return id }
        let insert = try database.cachedStatement(sql: "INSERT INTO metricKey (name) VALUES (?)")
        try insert.execute(arguments: [name])
        return database.lastInsertedRowID
    }

    /// NaN is kept as 0 with a mark, infinities as the greatest finite doubles, as MLflow keeps them. A negative zero
    /// becomes zero, so that equal values are equal bytes.
    static func stored(_ value: Double) -> (value: Double, isNaN: Bool) {
        if value.isNaN { return (0, true) }
        if value.isInfinite { return (value > 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude, false) }
        return (value == 0 ? 0 : value, false)
    }
}
