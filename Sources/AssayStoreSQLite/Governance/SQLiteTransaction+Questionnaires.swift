import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func questionnaireInForce() throws -> QuestionnaireRecord? {
        try questionnaires("SELECT * FROM questionnaire ORDER BY number DESC LIMIT 1").first
    }

    func questionnaires() throws -> [QuestionnaireRecord] { try questionnaires("SELECT * FROM questionnaire ORDER BY number") }

    func insertQuestionnaire(_ questionnaire: QuestionnaireRecord) throws {
        let standing = try questionnaires()
        guard questionnaire.number == (standing.last?.number ?? 0) + 1 else {
            throw AssayError(.conflict, "Another questionnaire was published in the meantime; look at it first.")
        }
        guard !standing.contains(where: { $0.name == questionnaire.name && $0.version == questionnaire.version }) else {
            throw AssayError(
                .alreadyExists,
                "The questionnaire \(questionnaire.name) \(questionnaire.version) is published already and never changes. Publish another version.")
        }
        try database.execute(
            sql: """
                INSERT INTO questionnaire (number, name, version, digest, source, publisherId, publishedTime)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                questionnaire.number, questionnaire.name, questionnaire.version, Data(questionnaire.digest.bytes),
                Data(questionnaire.source), questionnaire.publisherID, questionnaire.publishedMilliseconds,
            ])
    }

    func addQuestionnaires(to facts: inout [GovernedFact: Text]) throws {
        for record in try questionnaires() {
            facts[.questionnaire(number: record.number)] = GovernedFact.Value.questionnaire(
                "\(record.name) \(record.version)", digest: record.digest, by: record.publisherID)
        }
    }

    private func questionnaires(_ sql: String) throws -> [QuestionnaireRecord] {
        try Row.fetchAll(try database.cachedStatement(sql: sql)).map { row in
            QuestionnaireRecord(
                number: row["number"], name: row["name"], version: row["version"], digest: try row.digest("digest"),
                source: row.bytes("source"), publisherID: row["publisherId"], publishedMilliseconds: row["publishedTime"])
        }
    }
}
