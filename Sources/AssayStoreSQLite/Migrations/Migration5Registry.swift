import GRDB

extension Migrations {
    /// Registered models and their versions. Deleting sets a time and keeps the row: entries and evidence speak of it.
    ///
    /// A frozen version's manifest, source and authors cannot be changed afterwards.
    static func createRegistry(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE registeredModel (
                    number INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    description TEXT,
                    creationTime INTEGER NOT NULL,
                    lastUpdateTime INTEGER NOT NULL,
                    deletionTime INTEGER
                ) STRICT;
                CREATE UNIQUE INDEX registeredModelByName ON registeredModel (name) WHERE deletionTime IS NULL;
                CREATE TABLE registeredModelName (
                    id INTEGER PRIMARY KEY,
                    name TEXT NOT NULL,
                    model INTEGER NOT NULL REFERENCES registeredModel (number),
                    UNIQUE (name, model)
                ) STRICT;
                CREATE TABLE registeredModelTag (
                    model INTEGER NOT NULL REFERENCES registeredModel (number),
                    key TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (model, key)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX registeredModelTagByValue ON registeredModelTag (key, value);

                CREATE TABLE modelVersion (
                    number INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    model INTEGER NOT NULL REFERENCES registeredModel (number),
                    version INTEGER NOT NULL,
                    description TEXT,
                    stage TEXT NOT NULL,
                    source TEXT NOT NULL,
                    runID TEXT NOT NULL,
                    runLink TEXT NOT NULL,
                    loggedModelID TEXT,
                    creationTime INTEGER NOT NULL,
                    lastUpdateTime INTEGER NOT NULL,
                    deletionTime INTEGER,
                    manifest BLOB,
                    manifestDigest BLOB,
                    unfrozenReason TEXT,
                    loggedBy TEXT,
                    runBy TEXT,
                    registeredBy TEXT NOT NULL,
                    UNIQUE (model, version),
                    CHECK ((manifest IS NULL) = (manifestDigest IS NULL)),
                    CHECK ((manifestDigest IS NULL) = (unfrozenReason IS NOT NULL))
                ) STRICT;
                CREATE INDEX modelVersionByRun ON modelVersion (runID);
                CREATE INDEX modelVersionByLoggedModel ON modelVersion (loggedModelID);
                CREATE INDEX modelVersionByUpdate ON modelVersion (lastUpdateTime);
                CREATE TABLE modelVersionTag (
                    version INTEGER NOT NULL REFERENCES modelVersion (number),
                    key TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (version, key)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX modelVersionTagByValue ON modelVersionTag (key, value);
                CREATE TABLE modelAlias (
                    model INTEGER NOT NULL REFERENCES registeredModel (number),
                    alias TEXT NOT NULL,
                    version INTEGER NOT NULL,
                    PRIMARY KEY (model, alias),
                    FOREIGN KEY (model, version) REFERENCES modelVersion (model, version)
                ) WITHOUT ROWID, STRICT;

                CREATE TRIGGER modelVersionIsFrozen
                    BEFORE UPDATE OF id, model, version, source, runID, loggedModelID, creationTime, manifest,
                        manifestDigest, unfrozenReason, loggedBy, runBy, registeredBy
                    ON modelVersion BEGIN SELECT RAISE(ABORT, 'what a model version is never changes'); END;
                CREATE TRIGGER modelVersionIsKept
                    BEFORE DELETE ON modelVersion BEGIN SELECT RAISE(ABORT, 'model versions are never removed'); END;
                """)
    }
}
