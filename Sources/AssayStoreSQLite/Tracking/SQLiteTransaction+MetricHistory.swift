import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func metricHistory(
        _ run: RunHandle, key: Text, after: SearchPosition?, limit: Int
    ) throws -> SearchPage<MetricPoint> {
        var search = SQLSearch(table: "metric")
        search.require("metric.run = ?", [run.number])
        search.require("metric.key = (SELECT id FROM metricKey WHERE name = ?)", [key])
        for column in ["timestamp", "step", "value", "isNaN"] { search.order(by: "metric.\(column)", ascending: true) }
        let page = try search.page(of: "metric.rowid", limit: limit, after: after, in: database)
        let find = try database.cachedStatement(
            sql: "SELECT value, isNaN, timestamp, step FROM metric WHERE rowid = ?")
        return try page.map { rowID in
            guard let row = try Row.fetchOne(find, arguments: [rowID]) else {
                throw AssayError(.internalFault, "A metric vanished inside one snapshot.")
            }
            return Self.metricPoint(row, key: key)
        }
    }

    func sampledHistory(_ run: RunHandle, key: Text, steps: ClosedRange<Int64>?, limit: Int) throws -> [MetricPoint] {
        let scope = """
            FROM metric WHERE run = ?1 AND key = (SELECT id FROM metricKey WHERE name = ?2) AND step BETWEEN ?3 AND ?4
            """
        let bounds = (steps?.lowerBound ?? .min, steps?.upperBound ?? .max)
        let order = "step, timestamp, value, isNaN"
        let sampled = try database.cachedStatement(
            sql: """
                SELECT value, isNaN, timestamp, step FROM (
                    SELECT *, row_number() OVER (PARTITION BY bucket ORDER BY \(order)) AS place FROM (
                        SELECT value, isNaN, timestamp, step, ntile(?5) OVER (ORDER BY \(order)) AS bucket \(scope)))
                WHERE place = 1 ORDER BY \(order)
                """)
        var points = try Row.fetchAll(sampled, arguments: [run.number, key, bounds.0, bounds.1, limit]).map {
            Self.metricPoint($0, key: key)
        }
        let last = try database.cachedStatement(
            sql: """
                SELECT value, isNaN, timestamp, step \(scope)
                ORDER BY step DESC, timestamp DESC, value DESC, isNaN DESC LIMIT 1
                """)
        // Each bucket gives its first point; the very last one is put in its place at the end.
        if let row = try Row.fetchOne(last, arguments: [run.number, key, bounds.0, bounds.1]) {
            let end = Self.metricPoint(row, key: key)
            if points.last.map({ !Self.isSame($0, end) }) ?? true {
                if points.count >= limit { points.removeLast() }
                points.append(end)
            }
        }
        return points
    }

    private static func isSame(_ left: MetricPoint, _ right: MetricPoint) -> Bool {
        left.step == right.step && left.timestamp == right.timestamp
            && (left.value == right.value || left.value.isNaN && right.value.isNaN)
    }

    private static func metricPoint(_ row: Row, key: Text) -> MetricPoint {
        MetricPoint(key: key, value: metricValue(row[0], isNaN: row[1]), timestamp: row[2], step: row[3])
    }
}
