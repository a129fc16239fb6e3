import AssayStore
import AssayTerms
import Foundation
import GRDB

/// Experiments, logged models and files as an import brings them.
extension SQLiteTransaction {
    func isUnused(experiment id: Int64) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT NOT EXISTS (SELECT 1 FROM run WHERE experiment = ?1)
                    AND NOT EXISTS (SELECT 1 FROM loggedModel WHERE experiment = ?1)
                """, arguments: [id]) ?? false
    }

    func putExperiment(_ experiment: Experiment) throws {
        if let other = try self.experiment(named: experiment.name), other.id != experiment.id {
            throw AssayError(.alreadyExists, "Experiment(name=\(experiment.name)) already exists.")
        }
        try database.execute(
            sql: """
                INSERT INTO experiment (id, name, artifactLocation, stage, creationTime, lastUpdateTime)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    name = excluded.name, artifactLocation = excluded.artifactLocation, stage = excluded.stage,
                    creationTime = excluded.creationTime, lastUpdateTime = excluded.lastUpdateTime
                """,
            arguments: [
                experiment.id, experiment.name, experiment.artifactLocation, experiment.stage.rawValue,
                experiment.creationTime, experiment.lastUpdateTime,
            ])
        try database.execute(sql: "DELETE FROM experimentTag WHERE experiment = ?", arguments: [experiment.id])
        try addExperimentTags(experiment.id, experiment.tags)
    }

    func nextExperimentID() throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: """
                SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'experiment'), 0),
                    coalesce((SELECT max(id) FROM experiment), 0)) + 1
                """) ?? 1
    }

    func addExperimentTags(_ id: Int64, _ tags: [KeyValue]) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO experimentTag (experiment, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        for tag in tags { try statement.execute(arguments: [id, tag.key, tag.value]) }
    }

    func putLoggedModel(_ model: LoggedModel, exactly: Bool) throws {
        guard try loggedModel(model.id) != nil else { return try createLoggedModel(model) }
        if exactly {
            let statement = try database.cachedStatement(
                sql: """
                    UPDATE loggedModel SET
                        experiment = ?, name = ?, modelType = ?, sourceRunID = ?, status = ?, stage = ?, creationTime = ?,
                        lastUpdateTime = ?, artifactURI = ?
                    WHERE id = ?
                    """)
            try statement.execute(
                arguments: [
                    model.experimentID, model.name, model.modelType, model.sourceRunID, model.status.rawValue,
                    model.stage.rawValue, model.creationTime, model.lastUpdateTime, model.artifactURI, model.id,
                ])
            for table in ["loggedModelTag", "loggedModelParam"] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE model = (SELECT number FROM loggedModel WHERE id = ?)",
                    arguments: [model.id])
            }
        }
        for (table, pairs) in [("loggedModelTag", model.tags), ("loggedModelParam", model.params)] {
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO \(table) (model, key, value)
                    VALUES ((SELECT number FROM loggedModel WHERE id = ?), ?, ?) ON CONFLICT DO NOTHING
                    """)
            for pair in pairs { try statement.execute(arguments: [model.id, pair.key, pair.value]) }
        }
    }

    func version(_ number: Int64, everOfModel modelID: String) throws -> ModelVersion? {
        try modelVersions(where: "model.id = ? AND version.version = ?", [modelID, number]).first
    }

    func insertFrozenFile(_ record: FileRecord, ofVersion versionID: String) throws {
        try insert(record, of: FileOwner(.modelVersion, id: Text(versionID)))
    }
}
