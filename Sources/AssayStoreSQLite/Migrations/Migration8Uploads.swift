import GRDB

extension Migrations {
    /// Files that are sent in parts, until they are complete.
    static func createUploads(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE upload (
                    id TEXT PRIMARY KEY NOT NULL,
                    ownerKind TEXT NOT NULL,
                    owner TEXT NOT NULL,
                    path TEXT NOT NULL,
                    partCount INTEGER NOT NULL,
                    keyDigest BLOB NOT NULL,
                    createdBy TEXT NOT NULL,
                    touchedTime INTEGER NOT NULL,
                    isCompleted INTEGER NOT NULL
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX uploadByTouchedTime ON upload (touchedTime);
                CREATE TABLE uploadPart (
                    upload TEXT NOT NULL REFERENCES upload (id),
                    part INTEGER NOT NULL,
                    blob TEXT NOT NULL,
                    size INTEGER NOT NULL,
                    digest BLOB NOT NULL,
                    PRIMARY KEY (upload, part)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX uploadPartByBlob ON uploadPart (blob);
                """)
    }
}
