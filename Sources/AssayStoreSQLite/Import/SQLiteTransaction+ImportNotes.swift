import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func importedExperiment(_ key: ImportedExperiment.Key) throws -> ImportedExperiment? {
        let statement = try database.cachedStatement(
            sql: "SELECT experiment, digest FROM importedExperiment WHERE sourceID = ? AND creationTime = ?")
        return try Row.fetchOne(statement, arguments: [key.id, key.creationTime]).map {
            ImportedExperiment(key: key, experimentID: $0[0], digest: try Self.digest($0[1]))
        }
    }

    func noteImported(_ experiment: ImportedExperiment) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO importedExperiment (sourceID, creationTime, experiment, digest) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET experiment = excluded.experiment, digest = excluded.digest
                """)
        try statement.execute(
            arguments: [
                experiment.key.id, experiment.key.creationTime, experiment.experimentID, Self.blob(experiment.digest),
            ])
    }

    func importedOwner(_ owner: FileOwner) throws -> ImportedOwner? {
        let statement = try database.cachedStatement(
            sql: "SELECT records, filesAtSource, filesHere FROM importedOwner WHERE kind = ? AND id = ?")
        return try Row.fetchOne(statement, arguments: [owner.kind.rawValue, owner.id]).map {
            ImportedOwner(
                owner: owner, records: try Self.wholeDigest($0[0]), filesAtSource: try Self.digest($0[1]),
                filesHere: try Self.digest($0[2]))
        }
    }

    func noteImported(_ owner: ImportedOwner) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO importedOwner (kind, id, records, filesAtSource, filesHere) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    records = excluded.records, filesAtSource = excluded.filesAtSource, filesHere = excluded.filesHere
                """)
        try statement.execute(
            arguments: [
                owner.owner.kind.rawValue, owner.owner.id, Data(owner.records.bytes), Self.blob(owner.filesAtSource),
                Self.blob(owner.filesHere),
            ])
    }

    func importedModels(creationTime: Int64) throws -> [ImportedModel] {
        let statement = try database.cachedStatement(
            sql: "SELECT model, sourceName, digest FROM importedModel WHERE creationTime = ? ORDER BY model")
        return try Row.fetchAll(statement, arguments: [creationTime]).map {
            ImportedModel(
                modelID: $0[0], creationTime: creationTime, sourceName: $0[1], digest: try Self.wholeDigest($0[2]))
        }
    }

    func noteImported(_ model: ImportedModel) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO importedModel (model, creationTime, sourceName, digest) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    creationTime = excluded.creationTime, sourceName = excluded.sourceName, digest = excluded.digest
                """)
        try statement.execute(
            arguments: [model.modelID, model.creationTime, model.sourceName, Data(model.digest.bytes)])
    }

    func importedVersion(_ versionID: String) throws -> ImportedVersion? {
        let statement = try database.cachedStatement(
            sql: "SELECT digest, here, withheld FROM importedVersion WHERE version = ?")
        return try Row.fetchOne(statement, arguments: [versionID]).map {
            let withheld: String = $0[2]
            return ImportedVersion(
                versionID: versionID, digest: try Self.wholeDigest($0[0]), here: try Self.wholeDigest($0[1]),
                withheld: withheld.split(separator: "\n").map { Text(String($0)) })
        }
    }

    func noteImported(_ version: ImportedVersion) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO importedVersion (version, digest, here, withheld) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    digest = excluded.digest, here = excluded.here, withheld = excluded.withheld
                """)
        // Stages are four words and aliases are ASCII without line feeds.
        let withheld = version.withheld.map(\.string).joined(separator: "\n")
        try statement.execute(arguments: [version.versionID, Data(version.digest.bytes), Data(version.here.bytes), withheld])
    }

    private static func blob(_ digest: SHA256Digest?) -> Data? { digest.map { Data($0.bytes) } }

    private static func digest(_ data: Data?) throws -> SHA256Digest? { try data.map { try wholeDigest($0) } }

    private static func wholeDigest(_ data: Data) throws -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: Array(data)) else {
            throw AssayError(.corrupt, "A digest noted by an earlier import is not whole. Restore the database from a backup.")
        }
        return digest
    }
}
