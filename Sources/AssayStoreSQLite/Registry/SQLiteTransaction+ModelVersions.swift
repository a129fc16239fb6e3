import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func modelVersion(_ number: Int64, ofModelNamed name: Text) throws -> ModelVersion? {
        try modelVersions(
            where: "model.name = ? AND model.deletionTime IS NULL AND version.version = ? AND version.deletionTime IS NULL",
            [name, number]
        ).first { try finds(TouchedObject(.version, Text($0.id)), ofModel: $0.modelID) }
    }

    func modelVersion(id: String) throws -> ModelVersion? { try modelVersions(where: "version.id = ?", [id]).first }

    func modelVersions(ofModel modelID: String) throws -> [ModelVersion] {
        try modelVersions(where: "model.id = ? AND version.deletionTime IS NULL ORDER BY version.version", [modelID])
    }

    func latestVersions(ofModel modelID: String) throws -> [ModelVersion] {
        try modelVersions(
            where: """
                version.number IN (
                    SELECT number FROM (
                        SELECT number, row_number() OVER (PARTITION BY stage ORDER BY version DESC) AS place
                        FROM modelVersion
                        WHERE model = (SELECT number FROM registeredModel WHERE id = ?) AND deletionTime IS NULL)
                    WHERE place = 1)
                ORDER BY (
                    SELECT min(first.version) FROM modelVersion AS first
                    WHERE first.model = version.model AND first.stage = version.stage AND first.deletionTime IS NULL)
                """, [modelID])
    }

    func isDeleted(versionID: String) throws -> Bool {
        try Bool.fetchOne(
            database, sql: "SELECT deletionTime IS NOT NULL FROM modelVersion WHERE id = ?", arguments: [versionID])
            ?? false
    }

    func manifest(ofVersion versionID: String) throws -> [UInt8]? {
        try Data.fetchOne(
            database, sql: "SELECT manifest FROM modelVersion WHERE id = ? AND manifest IS NOT NULL",
            arguments: [versionID]
        ).map { Array($0) }
    }

    func versions(fromLoggedModel modelID: Text) throws -> [ModelVersion] {
        try modelVersions(
            where: "version.loggedModelID = ? AND version.deletionTime IS NULL ORDER BY version.number", [modelID]
        ).filter { try sees(model: $0.modelID) }
    }

    func nextVersionNumber(ofModel id: String) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: """
                SELECT coalesce(max(version), 0) + 1 FROM modelVersion
                WHERE model = (SELECT number FROM registeredModel WHERE id = ?)
                """, arguments: [id]) ?? 1
    }

    func insertModelVersion(_ version: ModelVersion, manifest: [UInt8]?) throws {
        note(TouchedObject(.model, Text(version.modelID)))
        note(TouchedObject(.version, Text(version.id)))
        var unfrozenReason: Text?
        if case .unfrozen(let reason) = version.content { unfrozenReason = reason }
        try database.execute(
            sql: """
                INSERT INTO modelVersion
                    (id, model, version, description, stage, source, runID, runLink, loggedModelID, creationTime,
                    lastUpdateTime, manifest, manifestDigest, unfrozenReason, loggedBy, runBy, registeredBy)
                VALUES (?, (SELECT number FROM registeredModel WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                version.id, version.modelID, version.number, version.description, version.stage.rawValue,
                version.source, version.runID, version.runLink, version.loggedModelID, version.creationTime,
                version.lastUpdateTime, manifest.map { Data($0) },
                version.content.manifestDigest.map { Data($0.bytes) }, unfrozenReason, version.authors.logged,
                version.authors.run, version.authors.registered,
            ])
        for tag in version.tags { try setTag(tag, ofVersion: version.id) }
    }

    func setDescription(_ description: Text?, ofVersion id: String, at time: Int64) throws {
        try database.execute(
            sql: "UPDATE modelVersion SET description = ?, lastUpdateTime = ? WHERE id = ?",
            arguments: [description, time, id])
    }

    func setStage(_ stage: ModelStage, ofVersion id: String, at time: Int64) throws {
        try database.execute(
            sql: "UPDATE modelVersion SET stage = ?, lastUpdateTime = ? WHERE id = ?",
            arguments: [stage.rawValue, time, id])
    }

    func setAdmission(_ admission: ModelAdmission, ofVersion id: String, at time: Int64) throws {
        try database.execute(
            sql: "UPDATE modelVersion SET admission = ?, admissionText = ?, lastUpdateTime = ? WHERE id = ?",
            arguments: [admission.word, admission.text, time, id])
    }

    func setTag(_ tag: KeyValue, ofVersion id: String) throws {
        try database.execute(
            sql: """
                INSERT INTO modelVersionTag (version, key, value)
                VALUES ((SELECT number FROM modelVersion WHERE id = ?), ?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """, arguments: [id, tag.key, tag.value])
    }

    func deleteTag(_ key: Text, ofVersion id: String) throws -> Bool {
        try database.execute(
            sql: """
                DELETE FROM modelVersionTag WHERE version = (SELECT number FROM modelVersion WHERE id = ?) AND key = ?
                """, arguments: [id, key])
        return database.changesCount > 0
    }

    func deleteModelVersion(id: String, at time: Int64) throws {
        try database.execute(
            sql: """
                DELETE FROM modelAlias
                WHERE (model, version) IN (SELECT model, version FROM modelVersion WHERE id = ?)
                """, arguments: [id])
        try database.execute(
            sql: "UPDATE modelVersion SET deletionTime = ?, lastUpdateTime = ? WHERE id = ? AND deletionTime IS NULL",
            arguments: [time, time, id])
    }

    // MARK: - Reading

    /// The versions that meet `condition` (which may end in an order) on `version` and `model`.
    func modelVersions(
        where condition: String, _ values: [any DatabaseValueConvertible]
    ) throws -> [ModelVersion] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT version.number, version.id, model.id, model.name, version.version, version.description,
                    version.stage, version.source, version.runID, version.runLink, version.loggedModelID,
                    version.creationTime, version.lastUpdateTime, version.manifestDigest, version.unfrozenReason,
                    version.loggedBy, version.runBy, version.registeredBy, version.model, version.admission, version.admissionText
                FROM modelVersion AS version JOIN registeredModel AS model ON model.number = version.model
                WHERE \(condition)
                """)
        return try Row.fetchAll(statement, arguments: StatementArguments(values)).map { try modelVersion($0) }
    }

    private func modelVersion(_ row: Row) throws -> ModelVersion {
        let (number, model, version): (Int64, Int64, Int64) = (row[0], row[18], row[4])
        guard let stage = ModelStage(rawValue: row[6]) else {
            throw AssayError(.corrupt, "A model version in the database has no known stage. Run `assay doctor`.")
        }
        guard let admission = ModelAdmission(word: row[19], text: row[20]) else {
            throw AssayError(.corrupt, "A model version in the database is admitted in no known way. Run `assay doctor`.")
        }
        let content: ModelContent
        if let digest = row[13] as Data? {
            guard let digest = SHA256Digest(bytes: Array(digest)) else {
                throw AssayError(.corrupt, "A model version's manifest digest is not whole. Run `assay doctor`.")
            }
            content = .frozen(manifest: digest)
        } else {
            content = .unfrozen(reason: row[14])
        }
        let tags = try database.cachedStatement(
            sql: "SELECT key, value FROM modelVersionTag WHERE version = ? ORDER BY key")
        let aliases = try database.cachedStatement(
            sql: "SELECT alias FROM modelAlias WHERE model = ? AND version = ? ORDER BY alias")
        note(TouchedObject(.model, Text(row[2] as String)))
        note(TouchedObject(.version, Text(row[1] as String)))
        return ModelVersion(
            id: row[1], modelID: row[2], modelName: row[3], number: version, description: row[5], stage: stage,
            source: row[7], runID: row[8], runLink: row[9], loggedModelID: row[10], creationTime: row[11],
            lastUpdateTime: row[12], content: content, authors: ModelAuthors(logged: row[15], run: row[16], registered: row[17]),
            tags: try Row.fetchAll(tags, arguments: [number]).map { KeyValue(key: $0[0], value: $0[1]) },
            aliases: try Text.fetchAll(aliases, arguments: [model, version]), admission: admission)
    }
}
