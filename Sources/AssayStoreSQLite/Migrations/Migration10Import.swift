import GRDB

extension Migrations {
    /// What was brought over from other trackers, so that another import goes on where the last one stopped.
    static func createImport(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE importedExperiment (
                    sourceID INTEGER NOT NULL,
                    creationTime INTEGER NOT NULL,
                    experiment INTEGER NOT NULL REFERENCES experiment (id),
                    digest BLOB,
                    PRIMARY KEY (sourceID, creationTime)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE importedOwner (
                    kind TEXT NOT NULL,
                    id TEXT NOT NULL,
                    records BLOB NOT NULL,
                    filesAtSource BLOB,
                    filesHere BLOB,
                    PRIMARY KEY (kind, id)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE importedModel (
                    model TEXT PRIMARY KEY NOT NULL REFERENCES registeredModel (id),
                    creationTime INTEGER NOT NULL,
                    sourceName TEXT NOT NULL,
                    digest BLOB NOT NULL
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX importedModelByTime ON importedModel (creationTime);

                CREATE TABLE importedVersion (
                    version TEXT PRIMARY KEY NOT NULL REFERENCES modelVersion (id),
                    digest BLOB NOT NULL,
                    here BLOB NOT NULL,
                    withheld TEXT NOT NULL
                ) WITHOUT ROWID, STRICT;
                """)
    }
}
