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
                    stage = excluded.stage, deletedTime = excluded.deletedTime, artifactURI = excluded.artifactURI
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
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO metric (run, key, timestamp, step, value, isNaN) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """)
        for point in series.points {
            let (value, _) = Self.stored(point.value)
            try insert.execute(arguments: [run.number, key, point.timestamp, point.step, value, point.isNaN])
        }
    }

    func putLatest(_ points: [MetricPoint], exactly: Bool, of run: RunHandle) throws {
        let later = """
             WHERE (excluded.step, excluded.timestamp, excluded.value)
                > (latestMetric.step, latestMetric.timestamp, latestMetric.value)
            """
        let put = try database.cachedStatement(
            sql: """
                INSERT INTO latestMetric (run, key, timestamp, step, value, isNaN) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    timestamp = excluded.timestamp, step = excluded.step, value = excluded.value, isNaN = excluded.isNaN
                """ + (exactly ? "" : later))
        for point in points {
            let (value, isNaN) = Self.stored(point.value)
            try put.execute(
                arguments: [run.number, try metricKey(point.key), point.timestamp, point.step, value, isNaN])
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
