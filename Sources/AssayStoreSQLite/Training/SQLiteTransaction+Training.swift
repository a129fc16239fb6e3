import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    // MARK: - Pipelines

    func trainingRulesInForce() throws -> AppliedDocument? {
        let statement = try database.cachedStatement(sql: "SELECT * FROM trainingRules ORDER BY number DESC LIMIT 1")
        return try Row.fetchOne(statement).map { row in
            AppliedDocument(
                number: row["number"], digest: try row.digest("digest"), source: row.bytes("source"), authorID: row["authorId"],
                appliedMilliseconds: row["appliedTime"])
        }
    }

    func insertTrainingRules(_ rules: AppliedDocument) throws {
        guard rules.number == (try trainingRulesInForce()?.number ?? 0) + 1 else {
            throw AssayError(.conflict, "Other pipelines were applied in the meantime; look at them first: assay training show.")
        }
        try database.execute(
            sql: "INSERT INTO trainingRules (number, digest, source, authorId, appliedTime) VALUES (?, ?, ?, ?, ?)",
            arguments: [rules.number, Data(rules.digest.bytes), Data(rules.source), rules.authorID, rules.appliedMilliseconds])
    }

    // MARK: - Runs

    func training(id: String) throws -> TrainingRecord? {
        guard let found = try trainings("WHERE id = ?", [id]).first else { return nil }
        return try finds(TouchedObject(.model, Text(found.modelID)), ofModel: found.modelID) ? found : nil
    }

    func trainings(pipeline: Text?, modelID: String?, limit: Int) throws -> [TrainingRecord] {
        var condition = "WHERE 1"
        var arguments: StatementArguments = []
        if let pipeline {
            condition += " AND pipeline = ?"
            arguments += [pipeline]
        }
        if let modelID {
            condition += " AND modelId = ?"
            arguments += [modelID]
        }
        // What is not seen is left out row by row, so the list is filled from as many rows as that takes.
        var list: [TrainingRecord] = []
        let cursor = try Row.fetchCursor(database, sql: "SELECT * FROM training \(condition) ORDER BY ordinal DESC", arguments: arguments)
        while list.count < limit, let row = try cursor.next() {
            let training = try Self.training(row)
            if try sees(model: training.modelID) { list.append(training) }
        }
        for id in Set(list.map(\.modelID)).sorted() { note(TouchedObject(.model, Text(id))) }
        return list
    }

    func begunTrainings(pipeline: Text, modelID: String, limit: Int) throws -> [TrainingRecord] {
        try trainings(
            "WHERE pipeline = ? AND modelId = ? AND state <> 'bounded' ORDER BY ordinal DESC LIMIT ?", [pipeline, modelID, limit])
    }

    func hasTraining(pipeline: Text, modelID: String, triggerKey: Text) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM training WHERE pipeline = ? AND modelId = ? AND triggerKey = ?)")
        return try Bool.fetchOne(statement, arguments: [pipeline, modelID, triggerKey]) ?? false
    }

    func unfinishedTrainings() throws -> [TrainingRecord] {
        try trainings("WHERE state IN ('queued', 'started') ORDER BY ordinal", [])
    }

    func unaskedTrainings(limit: Int) throws -> [TrainingRecord] {
        try trainings("WHERE versionId IS NOT NULL AND isAsked = 0 AND state = 'finished' ORDER BY ordinal LIMIT ?", [limit])
    }

    func insertTraining(_ training: TrainingRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO training (id, pipeline, modelId, "trigger", triggerKey, createdTime, state, details, dueTime, startedTime,
                    finishedTime, deadline, attempts, lease, leaseTime, workerId, runId, versionId, isAsked)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                training.id, training.pipeline, training.modelID, training.trigger.rawValue, training.triggerKey, training.createdMilliseconds,
            ] + Self.values(of: training))
    }

    func trainingAuthors(versionID: String, manifest: SHA256Digest?) throws -> [String] {
        try String.fetchAll(
            database, sql: "SELECT DISTINCT userId FROM trainingAuthor WHERE versionId = ? OR manifest = ? ORDER BY userId",
            arguments: [versionID, manifest.map { Data($0.bytes) }])
    }

    func insertTrainingAuthors(_ ids: [String], versionID: String, manifest: SHA256Digest?) throws {
        for id in ids {
            try database.execute(
                sql: "INSERT OR IGNORE INTO trainingAuthor (versionId, userId, manifest) VALUES (?, ?, ?)",
                arguments: [versionID, id, manifest.map { Data($0.bytes) }])
        }
    }

    func updateTraining(_ training: TrainingRecord) throws {
        try database.execute(
            sql: """
                UPDATE training SET state = ?, details = ?, dueTime = ?, startedTime = ?, finishedTime = ?, deadline = ?, attempts = ?,
                    lease = ?, leaseTime = ?, workerId = ?, runId = ?, versionId = ?, isAsked = ?
                WHERE id = ?
                """, arguments: Self.values(of: training) + [training.id])
    }

    private static func values(of training: TrainingRecord) -> StatementArguments {
        [
            training.state.rawValue, Data(training.sealedDetails), training.dueMilliseconds, training.startedMilliseconds,
            training.finishedMilliseconds, training.deadlineMilliseconds, training.attempts, training.lease, training.leaseMilliseconds,
            training.workerID, training.runID, training.versionID, training.isAsked,
        ]
    }

    private func trainings(_ condition: String, _ arguments: StatementArguments) throws -> [TrainingRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM training \(condition)", arguments: arguments).map(Self.training)
    }

    private static func training(_ row: Row) throws -> TrainingRecord {
        var training = TrainingRecord(
            id: row["id"], pipeline: row["pipeline"], modelID: row["modelId"], trigger: try row.word("trigger"),
            triggerKey: row["triggerKey"], state: try row.word("state"), sealedDetails: row.bytes("details"),
            createdMilliseconds: row["createdTime"])
        training.ordinal = row["ordinal"]
        training.dueMilliseconds = row["dueTime"]
        training.startedMilliseconds = row["startedTime"]
        training.finishedMilliseconds = row["finishedTime"]
        training.deadlineMilliseconds = row["deadline"]
        training.attempts = row["attempts"]
        training.lease = row["lease"]
        training.leaseMilliseconds = row["leaseTime"]
        training.workerID = row["workerId"]
        training.runID = row["runId"]
        training.versionID = row["versionId"]
        training.isAsked = row["isAsked"]
        return training
    }
}
