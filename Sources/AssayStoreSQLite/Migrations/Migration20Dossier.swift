import GRDB

extension Migrations {
    /// What people state by name about models, data sets and the organisation.
    static func createDossier(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE paper (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    kind TEXT NOT NULL,
                    type TEXT NOT NULL,
                    modelId TEXT,
                    versionId TEXT,
                    version INTEGER,
                    manifest BLOB,
                    dataset TEXT,
                    state TEXT NOT NULL,
                    isInForce INTEGER NOT NULL,
                    content BLOB NOT NULL,
                    revision INTEGER NOT NULL,
                    makerId TEXT NOT NULL,
                    makerName TEXT NOT NULL,
                    madeTime INTEGER NOT NULL,
                    changedTime INTEGER NOT NULL
                ) STRICT;

                CREATE INDEX paperByModel ON paper (modelId, ordinal) WHERE isInForce = 1;
                CREATE INDEX paperByManifest ON paper (manifest, ordinal) WHERE isInForce = 1 AND manifest IS NOT NULL;
                CREATE INDEX paperByKind ON paper (kind, ordinal);

                CREATE TRIGGER paperIsNeverRemoved BEFORE DELETE ON paper
                    BEGIN SELECT RAISE(ABORT, 'a paper of a dossier is never removed'); END;
                """)
    }
}
