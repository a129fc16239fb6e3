import AssayStore
import AssayTerms
import GRDB

/// Appending to runs: the path that has to be quick. Every statement is cached and touches one row.
extension SQLiteTransaction {
    func append(_ batch: RunBatch, to run: RunHandle) throws {
        try appendParams(batch.params, to: run)
        let rows = try appendMetrics(batch.metrics, run: run.number)
        for tag in batch.tags { try setTag(tag, run: run.number) }
        try markForSeal(run, sampledRows: rows)
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

    /// A point per row, and the latest of each name once: what moves the latest value on within the batch never shows.
    ///
    /// - Returns: how many rows the new ones stand for in the sample of ``SealSchedule``.
    private func appendMetrics(_ points: [MetricPoint], run: Int64) throws -> Int64 {
        guard !points.isEmpty else { return 0 }
        var rows: Int64 = 0
        let insert = try QuickStatement(Self.insertMetric, in: database)
        var names = MetricNames()
        for point in points {
            let place = try names.place(of: point.key) { try metricKey($0) }
            let stored = StoredMetric(point)
            try insert.run { stored.bind($0, run: run, key: names.keys[place]) }
            if database.changesCount > 0 { rows += SealSchedule.rows(sampledAt: database.lastInsertedRowID) }
            if names.latest[place].map({ $0 < stored }) ?? true { names.latest[place] = stored }
        }
        let latest = try QuickStatement(Self.moveLatestMetric, in: database)
        for (key, point) in zip(names.keys, names.latest) {
            guard let point else { continue }
            try latest.run { point.bind($0, run: run, key: key) }
        }
        return rows
    }

    // Statements for ``StoredMetric/bind(_:run:key:)``.

    static let insertMetric = """
        INSERT INTO metric (run, key, timestamp, step, value, isNaN) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO NOTHING
        """

    static let putLatestMetric = """
        INSERT INTO latestMetric (run, key, timestamp, step, value, isNaN) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET
            timestamp = excluded.timestamp, step = excluded.step, value = excluded.value, isNaN = excluded.isNaN
        """

    static let moveLatestMetric = putLatestMetric + """
         WHERE (excluded.step, excluded.timestamp, excluded.value)
            > (latestMetric.step, latestMetric.timestamp, latestMetric.value)
        """

    /// The number of a metric's name, made at its first use.
    func metricKey(_ name: Text) throws -> Int64 {
        let find = try database.cachedStatement(sql: "SELECT id FROM metricKey WHERE name = ?")
        if let id = try Int64.fetchOne(find, arguments: [name]) { return id }
        let insert = try database.cachedStatement(sql: "INSERT INTO metricKey (name) VALUES (?)")
        try insert.execute(arguments: [name])
        return database.lastInsertedRowID
    }
}

/// The names in one batch with their numbers, in the order of their first use.
private struct MetricNames {
    private(set) var keys: [Int64] = []
    var latest: [StoredMetric?] = []
    private var places: [Text: Int] = [:]
    private var last: (name: Text, place: Int)?

    /// Most points follow one of the same name.
    mutating func place(of name: Text, _ number: (Text) throws -> Int64) throws -> Int {
        if let last, last.name == name { return last.place }
        let place: Int
        if let known = places[name] {
            place = known
        } else {
            place = keys.count
            keys.append(try number(name))
            latest.append(nil)
            places[name] = place
        }
        last = (name, place)
        return place
    }
}
