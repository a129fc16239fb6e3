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
        var names = MetricNames()
        var rows: [StoredMetric] = []
        var keys: [Int64] = []
        rows.reserveCapacity(points.count)
        keys.reserveCapacity(points.count)
        for point in points {
            let place = try names.place(of: point.key) { try metricKey($0) }
            let stored = StoredMetric(point)
            rows.append(stored)
            keys.append(names.keys[place])
            if names.latest[place].map({ $0 < stored }) ?? true { names.latest[place] = stored }
        }
        let sampled = try insertMetrics(rows, keys: keys, run: run)
        let latest = try QuickStatement(Self.moveLatestMetric, in: database)
        for (key, point) in zip(names.keys, names.latest) {
            guard let point else { continue }
            try latest.run { point.bind($0, run: run, key: key) }
        }
        return sampled
    }

    /// Adds points that are not there yet, many in one statement: starting a statement takes SQLite longer than adding a row.
    ///
    /// - Parameter keys: the number of each point's name.
    /// - Returns: how many rows the new ones stand for in the sample of ``SealSchedule``.
    func insertMetrics(_ points: [StoredMetric], keys: [Int64], run: Int64) throws -> Int64 {
        var sampled: Int64 = 0
        var next = 0
        for (count, sql) in Self.insertMetrics where points.count - next >= count {
            let insert = try QuickStatement(sql, in: database)
            while points.count - next >= count {
                try insert.run { arguments in
                    arguments.set(1, run)
                    for row in 0..<count {
                        let first = 2 + 5 * Int32(row)
                        arguments.set(first, keys[next + row])
                        points[next + row].bind(arguments, from: first + 1)
                    }
                }
                // The rows of one statement follow each other in the table.
                let (last, added) = (database.lastInsertedRowID, Int64(database.changesCount))
                sampled += SealSchedule.rows(sampledAt: last - added + 1..<last + 1)
                next += count
            }
        }
        return sampled
    }

    /// Statements for this many rows, the places of each being key, timestamp, step, value, isNaN, after the run's.
    private static let insertMetrics: [(count: Int, sql: String)] = [64, 8, 1].map { count in
        let rows = (0..<count).map { row in
            "(?1, " + (0..<5).map { "?\(2 + 5 * row + $0)" }.joined(separator: ", ") + ")"
        }
        let sql = """
            INSERT INTO metric (run, key, timestamp, step, value, isNaN) VALUES \(rows.joined(separator: ", "))
            ON CONFLICT DO NOTHING
            """
        return (count, sql)
    }

    // Statements for ``StoredMetric/bind(_:run:key:)``.

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
