import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func evaluators() throws -> [EvaluatorRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM evaluator ORDER BY name").map { row in
            EvaluatorRecord(
                id: row["id"], name: row["name"], userID: row["userId"], credential: try Self.credential(row),
                addedMilliseconds: row["addedTime"], removedMilliseconds: row["removedTime"])
        }
    }

    private static func credential(_ row: Row) throws -> EvaluatorRecord.Credential {
        guard let text = row["workflow"] as String? else { return .key(row.bytes("publicKey")) }
        do {
            return .workflow(try WorkflowPinJSON.pin(from: try JSONValue(parsing: Array(text.utf8))))
        } catch {
            throw AssayError(.corrupt, "The database holds an evaluator whose workflow cannot be read. Run `assay doctor`.", cause: error)
        }
    }

    func insertEvaluator(_ evaluator: EvaluatorRecord) throws {
        guard try !evaluators().contains(where: { $0.name == evaluator.name || $0.credential == evaluator.credential }) else {
            throw AssayError(.alreadyExists, "An evaluator has or had the name '\(evaluator.name)', or this key or workflow.")
        }
        let workflow = try evaluator.workflow.map { String(decoding: try WorkflowPinJSON.value(of: $0).canonicalBytes(), as: UTF8.self) }
        try database.execute(
            sql: "INSERT INTO evaluator (id, name, userId, publicKey, workflow, addedTime, removedTime) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                evaluator.id, evaluator.name, evaluator.userID, evaluator.publicKey.map { Data($0) }, workflow,
                evaluator.addedMilliseconds, evaluator.removedMilliseconds,
            ])
    }

    func removeEvaluator(id: String, atMilliseconds now: Int64) throws {
        try database.execute(
            sql: "UPDATE evaluator SET removedTime = ? WHERE id = ? AND removedTime IS NULL", arguments: [now, id])
        guard database.changesCount == 1 else { throw AssayError(.notFound, "There is no evaluator with the id \(id).") }
    }
}
