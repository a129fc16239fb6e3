import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func monitorResult(planID: String, monitor: SHA256Digest, versionID: String, window: Text) throws -> MonitorResultRecord? {
        let found = try monitorResults(
            "WHERE planId = ? AND monitor = ? AND versionId = ? AND window = ? ORDER BY revision DESC LIMIT 1",
            [planID, Data(monitor.bytes), versionID, window])
        return try found.first { try sees(model: $0.modelID) }
    }

    func monitorResults(modelID: String, planID: String?, monitor: SHA256Digest?, limit: Int) throws -> [MonitorResultRecord] {
        guard try sees(model: modelID) else { return [] }
        note(TouchedObject(.model, Text(modelID)))
        var condition = """
            AS own WHERE modelId = ? AND revision = (SELECT max(revision) FROM monitorResult AS other WHERE other.planId = own.planId
                AND other.monitor = own.monitor AND other.versionId = own.versionId AND other.window = own.window)
            """
        var arguments: StatementArguments = [modelID]
        if let planID {
            condition += " AND planId = ?"
            arguments += [planID]
        }
        if let monitor {
            condition += " AND monitor = ?"
            arguments += [Data(monitor.bytes)]
        }
        return try monitorResults(condition + " ORDER BY ordinal DESC LIMIT ?", arguments + [limit])
    }

    func insertMonitorResult(_ result: MonitorResultRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO monitorResult (modelId, planId, monitor, title, versionId, version, window, revision, verdict, value, "limit",
                    reason, rowCount, labelledCount, through, computedTime, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                result.modelID, result.planID, Data(result.monitor.bytes), result.title, result.versionID, result.version, result.window,
                result.revision, result.verdict.rawValue, result.value, result.limit, result.reason, result.rowCount, result.labelledCount,
                result.through, result.computedMilliseconds, Data(result.detail),
            ])
    }

    func monitorResults(_ condition: String, _ arguments: StatementArguments) throws -> [MonitorResultRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM monitorResult \(condition)", arguments: arguments).map { row in
            var result = MonitorResultRecord(
                modelID: row["modelId"], planID: row["planId"], monitor: try row.digest("monitor"), title: row["title"],
                versionID: row["versionId"], version: row["version"], window: row["window"], revision: row["revision"],
                verdict: try row.word("verdict"), value: row["value"], limit: row["limit"], reason: row["reason"], rowCount: row["rowCount"],
                labelledCount: row["labelledCount"], through: row["through"], computedMilliseconds: row["computedTime"],
                detail: row.bytes("detail"))
            result.ordinal = row["ordinal"]
            return result
        }
    }
}
