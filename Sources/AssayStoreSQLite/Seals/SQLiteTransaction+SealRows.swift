import AssayStore
import AssayTerms
import GRDB

/// A run's metric rows in the order of their places.
///
/// The table's order is that of places, over all runs; its one index has a run's rows together, in another order. A short
/// run is read by the index and sorted. Of a long one that is written alone, as an import writes it, the next rows stand
/// close together, and are read from the table without looking at all the others.
extension SQLiteTransaction {
    func metricRows(
        of run: RunHandle, after place: Int64?, limit: Int, _ body: (MetricRow) throws -> Void
    ) throws -> Bool {
        if let window = try denseWindow(of: run, after: place, limit: limit) {
            let near = try database.cachedStatement(
                sql: Self.metricColumns + " NOT INDEXED WHERE rowid > ? AND rowid <= ? AND run = ? ORDER BY rowid LIMIT ?")
            _ = try walk(near, [window.lowerBound, window.upperBound, run.number, limit], body)
            return true
        }
        let read: Int
        if let place {
            let far = try database.cachedStatement(
                sql: Self.metricColumns + " INDEXED BY metricHistory WHERE run = ? AND rowid > ? ORDER BY rowid LIMIT ?")
            read = try walk(far, [run.number, place, limit], body)
        } else {
            let all = try database.cachedStatement(
                sql: Self.metricColumns + " INDEXED BY metricHistory WHERE run = ? ORDER BY rowid LIMIT ?")
            read = try walk(all, [run.number, limit], body)
        }
        return read == limit
    }

    func metricRows(of run: RunHandle, _ body: (MetricRow) throws -> Void) throws {
        let all = try database.cachedStatement(
            sql: Self.metricColumns + " INDEXED BY metricHistory WHERE run = ? ORDER BY rowid")
        _ = try walk(all, [run.number], body)
    }

    private static let metricColumns = "SELECT rowid, key, timestamp, step, value, isNaN FROM metric"

    /// The places after `place` in which the run's next rows are, if it is long and they stand close together there.
    private func denseWindow(of run: RunHandle, after place: Int64?, limit: Int) throws -> ClosedRange<Int64>? {
        let width = Int64(limit) * 2
        let long = try database.cachedStatement(
            sql: "SELECT count(*) FROM (SELECT 1 FROM metric INDEXED BY metricHistory WHERE run = ? LIMIT ?)")
        guard try Int64.fetchOne(long, arguments: [run.number, width + 1]) ?? 0 > width else { return nil }
        let start: Int64
        if let place {
            start = place
        } else {
            let first = try database.cachedStatement(
                sql: "SELECT min(rowid) FROM metric INDEXED BY metricHistory WHERE run = ?")
            // A first row at the least of all places has no place before it.
            guard let least = try Int64.fetchOne(first, arguments: [run.number]), least > .min else { return nil }
            start = least - 1
        }
        let (end, isBeyond) = start.addingReportingOverflow(width)
        guard !isBeyond else { return nil }
        let near = try database.cachedStatement(
            sql: "SELECT count(*) FROM metric NOT INDEXED WHERE rowid > ? AND rowid <= ? AND run = ?")
        let count = try Int64.fetchOne(near, arguments: [start, end, run.number]) ?? 0
        return count >= Int64(limit + 1) / 2 ? start...end : nil
    }

    private func walk(
        _ statement: Statement, _ arguments: StatementArguments, _ body: (MetricRow) throws -> Void
    ) throws -> Int {
        let name = try database.cachedStatement(sql: "SELECT name FROM metricKey WHERE id = ?")
        var names: [Int64: Text] = [:]
        var count = 0
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            let id: Int64 = row[1]
            let key: Text
            if let known = names[id] {
                key = known
            } else {
                guard let found = try Text.fetchOne(name, arguments: [id]) else {
                    throw AssayError(.corrupt, "A metric in the database has no name. Run `assay doctor`.")
                }
                names[id] = found
                key = found
            }
            try body(
                MetricRow(place: row[0], key: key, timestamp: row[2], step: row[3], value: row[4], isNaN: row[5]))
            count += 1
        }
        return count
    }
}
