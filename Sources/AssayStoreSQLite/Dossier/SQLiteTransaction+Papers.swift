import AssayCanonical
import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func paper(id: String) throws -> PaperRecord? {
        let found = try papers("SELECT * FROM paper WHERE id = ?", [id])
        return try found.first(where: sees)
    }

    func papers(_ query: PaperQuery) throws -> [PaperRecord] {
        var conditions = ["kind = ?"]
        var arguments: StatementArguments = [query.kind.rawValue]
        if let type = query.type {
            conditions.append("type = ?")
            arguments += [type]
        }
        if let model = query.modelID {
            conditions.append("modelId = ?")
            arguments += [model]
        }
        if let version = query.versionID {
            conditions.append("versionId = ?")
            arguments += [version]
        }
        if let dataset = query.dataset {
            conditions.append("dataset = ?")
            arguments += [dataset]
        }
        if let isInForce = query.isInForce {
            conditions.append("isInForce = ?")
            arguments += [isInForce]
        }
        if let view {
            let (sql, values) = SQLReach(reach: view.reading).condition(onModel: "reached")
            conditions.append("(modelId IS NULL OR modelId IN (SELECT reached.id FROM registeredModel AS reached WHERE \(sql)))")
            arguments += StatementArguments(values)
        }
        let sql = "SELECT * FROM paper WHERE \(conditions.joined(separator: " AND ")) ORDER BY ordinal DESC LIMIT ?"
        return try papers(sql, arguments + [query.limit]).filter(sees)
    }

    func papersInForce(modelID: String, manifest: SHA256Digest?) throws -> [PaperRecord] {
        guard let manifest else {
            return try papers(
                """
                SELECT * FROM paper WHERE isInForce = 1
                    AND (modelId = ? OR (kind = 'record' AND modelId IS NULL AND dataset IS NULL))
                ORDER BY ordinal
                """, [modelID])
        }
        // Parts of their own, so that each goes by its index.
        return try papers(
            """
            SELECT * FROM paper WHERE ordinal IN (
                SELECT ordinal FROM paper WHERE isInForce = 1 AND modelId = ?1
                UNION SELECT ordinal FROM paper WHERE isInForce = 1 AND manifest IS NOT NULL AND manifest = ?2
                UNION SELECT ordinal FROM paper WHERE isInForce = 1 AND versionId IS NULL AND modelId IN (
                    SELECT other.id FROM registeredModel AS other
                    WHERE other.number IN (SELECT model FROM modelVersion WHERE manifestDigest = ?2))
                UNION SELECT ordinal FROM paper WHERE isInForce = 1 AND kind = 'record' AND modelId IS NULL AND dataset IS NULL)
            ORDER BY ordinal
            """, [modelID, Data(manifest.bytes)])
    }

    func insertPaper(_ paper: PaperRecord) throws {
        guard try whole.paper(id: paper.id) == nil else {
            throw AssayError(.alreadyExists, "There is a paper \(paper.id) already.")
        }
        note(paper)
        try database.execute(
            sql: """
                INSERT INTO paper (id, kind, type, modelId, versionId, version, manifest, dataset, state, isInForce, content, revision,
                                   makerId, makerName, madeTime, changedTime)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                paper.id, paper.kind.rawValue, paper.type, paper.subject.modelID, paper.subject.versionID, paper.subject.version,
                paper.subject.manifest.map { Data($0.bytes) }, paper.subject.dataset, paper.state, paper.isInForce,
                Data(paper.content), paper.revision, paper.makerID, paper.makerName, paper.madeMilliseconds, paper.changedMilliseconds,
            ])
    }

    func updatePaper(_ paper: PaperRecord) throws {
        guard let standing = try whole.paper(id: paper.id) else {
            throw AssayError(.notFound, "There is no paper \(paper.id).")
        }
        guard standing.revision + 1 == paper.revision else {
            throw AssayError(.conflict, "Somebody else changed this at the same time; look at it again.")
        }
        note(paper)
        try database.execute(
            sql: "UPDATE paper SET state = ?, isInForce = ?, content = ?, revision = ?, changedTime = ? WHERE id = ?",
            arguments: [
                paper.state, paper.isInForce, Data(paper.content), paper.revision, paper.changedMilliseconds, paper.id,
            ])
    }

    private func note(_ paper: PaperRecord) {
        if let model = paper.subject.modelID { note(TouchedObject(.model, Text(model))) }
        if let dataset = paper.subject.dataset { note(TouchedObject(.dataset, dataset)) }
    }

    private func sees(_ paper: PaperRecord) throws -> Bool {
        if let model = paper.subject.modelID { return try sees(model: model) }
        guard let view, let dataset = paper.subject.dataset else { return true }
        return view.reading.admits(dataset: dataset, class: try datasetClass(dataset))
    }

    private func papers(_ sql: String, _ arguments: StatementArguments) throws -> [PaperRecord] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            let hasManifest = (row["manifest"] as Data?) != nil
            return PaperRecord(
                id: row["id"], kind: try row.word("kind"), type: row["type"],
                subject: PaperSubject(
                    modelID: row["modelId"], versionID: row["versionId"], version: row["version"],
                    manifest: hasManifest ? try row.digest("manifest") : nil, dataset: row["dataset"]),
                state: row["state"], isInForce: row["isInForce"], content: row.bytes("content"), revision: row["revision"],
                makerID: row["makerId"], makerName: row["makerName"], madeMilliseconds: row["madeTime"],
                changedMilliseconds: row["changedTime"])
        }
    }

    func addPapers(to facts: inout [GovernedFact: Text]) throws {
        for paper in try papers("SELECT * FROM paper", []) {
            facts[.paper(id: paper.id)] = GovernedFact.Value.paper(
                kind: paper.kind.rawValue, type: paper.type, state: paper.state, isInForce: paper.isInForce, revision: paper.revision,
                content: SHA256Hasher.digest(of: paper.content), subject: paper.subject.text, by: paper.makerID)
        }
    }
}
