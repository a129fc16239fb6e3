import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func evaluators() throws -> [EvaluatorRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM evaluator ORDER BY name").map { row in
            EvaluatorRecord(
                id: row["id"], name: row["name"], userID: row["userId"], publicKey: row.bytes("publicKey"),
                addedMilliseconds: row["addedTime"], removedMilliseconds: row["removedTime"])
        }
    }

    func insertEvaluator(_ evaluator: EvaluatorRecord) throws {
        guard try !evaluators().contains(where: { $0.name == evaluator.name || $0.publicKey == evaluator.publicKey }) else {
            throw AssayError(.alreadyExists, "An evaluator has or had the name '\(evaluator.name)', or this key.")
        }
        try database.execute(
            sql: "INSERT INTO evaluator (id, name, userId, publicKey, addedTime, removedTime) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                evaluator.id, evaluator.name, evaluator.userID, Data(evaluator.publicKey), evaluator.addedMilliseconds,
                evaluator.removedMilliseconds,
            ])
    }

    func removeEvaluator(id: String, atMilliseconds now: Int64) throws {
        try database.execute(
            sql: "UPDATE evaluator SET removedTime = ? WHERE id = ? AND removedTime IS NULL", arguments: [now, id])
        guard database.changesCount == 1 else { throw AssayError(.notFound, "There is no evaluator with the id \(id).") }
    }
}
