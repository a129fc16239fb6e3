import AssayStore
import AssayTerms
import GRDB

/// Runs as an import brings them: whole histories at once, with nothing asked for each point.
extension SQLiteTransaction {
    func putRun(_ info: RunInfo, deletedTime: Int64?) throws -> RunHandle {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO run
                    (id, experiment, name, userID, status, startTime, endTime, stage, deletedTime, artifactURI, createdBy)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    experiment = excluded.experiment, name = excluded.name, userID = excluded.userID,
                    status = excluded.status, startTime = excluded.startTime, endTime = excluded.endTime,
                    stage = excluded.stage, deletedTime = excluded.deletedTime, artifactURI = excluded.artifactURI,
                    sealDueTime = 0
                """)
        try statement.execute(
            arguments: [
                info.id, info.experimentID, info.name, info.userID, info.status.rawValue, info.startTime, info.endTime,
                info.stage.rawValue, deletedTime, info.artifactURI, info.createdBy,
            ])
        return try existingRun(info.id)
    }

    func deletedTime(of run: RunHandle) throws -> Int64? {
        let statement = try database.cachedStatement(sql: "SELECT deletedTime FROM run WHERE number = ?")
        return try Row.fetchOne(statement, arguments: [run.number])?[0]
    }

    func putPairs(params: [KeyValue], tags: [KeyValue], exactly: Bool, of run: RunHandle) throws {
        let param = try database.cachedStatement(
            sql: "INSERT INTO runParam (run, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        for pair in params { try param.execute(arguments: [run.number, pair.key, pair.value]) }
        if exactly {
            let wanted = Set(tags.map(\.key))
            let present = try database.cachedStatement(sql: "SELECT key FROM runTag WHERE run = ?")
            for key in try Text.fetchAll(present, arguments: [run.number]) where !wanted.contains(key) {
                _ = try deleteTag(key, of: run)
            }
            for tag in tags { try setTag(tag, run: run.number) }
        } else {
            let tag = try database.cachedStatement(
                sql: "INSERT INTO runTag (run, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            for pair in tags { try tag.execute(arguments: [run.number, pair.key, pair.value]) }
        }
    }

    func append(_ series: MetricSeries, to run: RunHandle) throws {
        let key = try metricKey(series.key)
        let rows = series.points.map {
            StoredMetric(timestamp: $0.timestamp, step: $0.step, value: $0.value, isNaN: $0.isNaN)
        }
        _ = try insertMetrics(rows, keys: Array(repeating: key, count: rows.count), run: run.number)
        try markForSeal(run)
    }

    func putLatest(_ points: [MetricPoint], exactly: Bool, of run: RunHandle) throws {
        let put = try QuickStatement(exactly ? Self.putLatestMetric : Self.moveLatestMetric, in: database)
        for point in points {
            let key = try metricKey(point.key)
            try put.run { StoredMetric(point).bind($0, run: run.number, key: key) }
        }
    }

    func eachSeries(of run: RunHandle, _ body: (MetricSeries) throws -> Void) throws {
        let keys = try database.cachedStatement(
            sql: """
                SELECT id, name FROM metricKey WHERE id IN (SELECT DISTINCT key FROM metric WHERE run = ?) ORDER BY name
                """)
        let points = try database.cachedStatement(
            sql: """
                SELECT timestamp, step, value, isNaN FROM metric WHERE run = ? AND key = ?
                ORDER BY timestamp, step, value, isNaN
                """)
        for key in try Row.fetchAll(keys, arguments: [run.number]) {
            let id: Int64 = key[0]
            var series = MetricSeries(key: key[1], points: [])
            let rows = try Row.fetchCursor(points, arguments: [run.number, id])
            while let row = try rows.next() {
                if series.points.count == MetricSeries.pieceCount {
                    try body(series)
                    series.points.removeAll(keepingCapacity: true)
                }
                series.points.append(MetricSeries.Point(timestamp: row[0], step: row[1], value: row[2], isNaN: row[3]))
            }
            try body(series)
        }
    }
}
