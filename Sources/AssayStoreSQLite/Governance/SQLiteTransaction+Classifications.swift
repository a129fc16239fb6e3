import AssayCanonical
import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func classification(modelID: String) throws -> ClassificationRecord? {
        try classifications(
            "SELECT * FROM classification WHERE modelId = ? ORDER BY number DESC LIMIT 1", [modelID]
        ).first
    }

    func classifications(modelID: String) throws -> [ClassificationRecord] {
        try classifications("SELECT * FROM classification WHERE modelId = ? ORDER BY number DESC", [modelID])
    }

    func classifications(manifest: SHA256Digest) throws -> [ClassificationRecord] {
        try classifications(
            """
            SELECT said.* FROM classification AS said WHERE said.modelId IN (
                SELECT model.id FROM registeredModel AS model
                WHERE model.number IN (SELECT model FROM modelVersion WHERE manifestDigest = ?))
            AND \(Self.isLast) ORDER BY said.modelId
            """, [Data(manifest.bytes)])
    }

    func standingClassifications() throws -> [ClassificationRecord] {
        try classifications(
            """
            SELECT said.* FROM classification AS said
            WHERE said.modelId IN (SELECT id FROM registeredModel WHERE deletionTime IS NULL) AND \(Self.isLast)
            ORDER BY said.modelId
            """, [])
    }

    func insertClassification(_ classification: ClassificationRecord) throws {
        let next = (try self.classification(modelID: classification.modelID)?.number ?? 0) + 1
        guard classification.number == next else {
            throw AssayError(.conflict, "The model was classified in the meantime; look at it again.")
        }
        let result = classification.result
        try database.execute(
            sql: """
                INSERT INTO classification
                (modelId, number, euClass, tier, questionnaire, questionnaireDigest, heldTier, content, authorId, recordedTime)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                classification.modelID, classification.number, result?.euClass, result?.tier, result?.questionnaire,
                result.map { Data($0.questionnaireDigest.bytes) }, classification.heldTier, Data(classification.content),
                classification.authorID, classification.recordedMilliseconds,
            ])
    }

    func addClassifications(to facts: inout [GovernedFact: Text]) throws {
        for record in try classifications("SELECT * FROM classification", []) {
            facts[.classification(modelID: record.modelID, number: record.number)] = GovernedFact.Value.classification(
                euClass: record.result?.euClass, tier: record.result?.tier, heldTier: record.heldTier,
                questionnaire: record.result?.questionnaireDigest.hex, content: SHA256Hasher.digest(of: record.content),
                by: record.authorID, at: record.recordedMilliseconds)
        }
    }

    private static let isLast =
        "said.number = (SELECT max(number) FROM classification AS other WHERE other.modelId = said.modelId)"

    private func classifications(_ sql: String, _ arguments: StatementArguments) throws -> [ClassificationRecord] {
        let find = try database.cachedStatement(sql: sql)
        return try Row.fetchAll(find, arguments: arguments).map { row in
            var result: ClassificationRecord.Result?
            if let tier = row["tier"] as Text? {
                result = ClassificationRecord.Result(
                    euClass: row["euClass"], tier: tier, questionnaire: row["questionnaire"],
                    questionnaireDigest: try row.digest("questionnaireDigest"))
            }
            return ClassificationRecord(
                modelID: row["modelId"], number: row["number"], result: result, heldTier: row["heldTier"],
                content: row.bytes("content"), authorID: row["authorId"], recordedMilliseconds: row["recordedTime"])
        }
    }
}
