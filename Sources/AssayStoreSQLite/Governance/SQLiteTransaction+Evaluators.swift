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
        let known = try evaluators()
        if known.contains(where: { $0.name == evaluator.name }) {
            throw AssayError(
                .alreadyExists, "An evaluator has or had the name '\(evaluator.name)', and no name is given twice. Take another one.")
        }
        if let other = known.first(where: { $0.credential == evaluator.credential && ($0.workflow == nil || $0.removedMilliseconds == nil) }) {
            throw AssayError(
                .alreadyExists,
                evaluator.workflow == nil
                    ? "The evaluator '\(other.name)' has or had this key, and no key is taken twice. Make another one."
                    : "The evaluator '\(other.name)' has this workflow. Remove it first, or pin another one.")
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
