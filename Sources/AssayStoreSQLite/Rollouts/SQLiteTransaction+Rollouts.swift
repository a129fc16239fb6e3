import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    /// `candidate_requests` is kept as `candidateRequests`.
    private static let columns = RolloutTally.fields.map { field in
        let words = field.name.split(separator: "_")
        return words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    func rolloutReport(rolloutID: String, gateway: String) throws -> RolloutReport? {
        guard
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM rolloutReport WHERE rolloutId = ? AND gateway = ?", arguments: [rolloutID, gateway])
        else { return nil }
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM rolloutTally WHERE rolloutId = ? AND gateway = ? ORDER BY step", arguments: [rolloutID, gateway])
        return RolloutReport(
            rolloutID: rolloutID, gateway: gateway, sequence: row["sequence"], reporterID: row["reporterId"],
            reportedMilliseconds: row["reportedTime"], tallies: Self.tallies(rows))
    }

    func rolloutReporters(rolloutID: String) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM rolloutReport WHERE rolloutId = ?", arguments: [rolloutID]) ?? 0
    }

    func rolloutTallies(rolloutID: String) throws -> [Int: RolloutTally] {
        let sums = Self.columns.map { "sum(\($0)) AS \($0)" }.joined(separator: ", ")
        return Self.tallies(
            try Row.fetchAll(database, sql: "SELECT step, \(sums) FROM rolloutTally WHERE rolloutId = ? GROUP BY step", arguments: [rolloutID]))
    }

    func putRolloutReport(_ report: RolloutReport) throws {
        let last = try Int64.fetchOne(
            database, sql: "SELECT sequence FROM rolloutReport WHERE rolloutId = ? AND gateway = ?", arguments: [report.rolloutID, report.gateway])
        if let last, report.sequence <= last {
            throw AssayError(.conflict, "The gateway \(report.gateway) has reported number \(last) already; number \(report.sequence) is not newer.")
        }
        try database.execute(
            sql: "INSERT OR REPLACE INTO rolloutReport (rolloutId, gateway, sequence, reporterId, reportedTime) VALUES (?, ?, ?, ?, ?)",
            arguments: [report.rolloutID, report.gateway, report.sequence, report.reporterID, report.reportedMilliseconds])
        try database.execute(sql: "DELETE FROM rolloutTally WHERE rolloutId = ? AND gateway = ?", arguments: [report.rolloutID, report.gateway])
        let marks = [String](repeating: "?", count: Self.columns.count + 3).joined(separator: ", ")
        for (step, tally) in report.tallies.sorted(by: { $0.key < $1.key }) {
            let counts = RolloutTally.fields.map { tally[keyPath: $0.path] }
            try database.execute(
                sql: "INSERT INTO rolloutTally (rolloutId, gateway, step, \(Self.columns.joined(separator: ", "))) VALUES (\(marks))",
                arguments: [report.rolloutID, report.gateway, step] + StatementArguments(counts))
        }
    }

    private static func tallies(_ rows: [Row]) -> [Int: RolloutTally] {
        var tallies: [Int: RolloutTally] = [:]
        for row in rows {
            var tally = RolloutTally()
            for (field, column) in zip(RolloutTally.fields, columns) { tally[keyPath: field.path] = row[String(column)] }
            tallies[row["step"]] = tally
        }
        return tallies
    }
}
