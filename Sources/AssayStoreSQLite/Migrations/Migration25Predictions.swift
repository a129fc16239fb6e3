import GRDB

extension Migrations {
    /// Records of served predictions, labels that came later, and what monitors said of windows of them.
    static func createPredictions(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE predictionSegment (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    kind TEXT NOT NULL,
                    spool BLOB NOT NULL,
                    number INTEGER NOT NULL,
                    modelId TEXT NOT NULL,
                    versionId TEXT,
                    version INTEGER,
                    manifest BLOB,
                    rowCount INTEGER NOT NULL,
                    answeredCount INTEGER NOT NULL,
                    answeredBefore INTEGER NOT NULL,
                    firstTime INTEGER NOT NULL,
                    lastTime INTEGER NOT NULL,
                    sampling INTEGER NOT NULL,
                    digest BLOB NOT NULL,
                    blob TEXT,
                    generation INTEGER NOT NULL,
                    erasedRowCount INTEGER NOT NULL,
                    receivedTime INTEGER NOT NULL,
                    makerId TEXT NOT NULL,
                    makerName TEXT NOT NULL,
                    UNIQUE (spool, number)
                ) STRICT;
                CREATE INDEX predictionSegmentOfModel ON predictionSegment (modelId, kind, ordinal);
                CREATE INDEX predictionSegmentOfVersion ON predictionSegment (versionId, ordinal);
                CREATE INDEX predictionSegmentBlob ON predictionSegment (blob) WHERE blob IS NOT NULL;
                CREATE TABLE monitorResult (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    modelId TEXT NOT NULL,
                    planId TEXT NOT NULL,
                    monitor BLOB NOT NULL,
                    title TEXT NOT NULL,
                    versionId TEXT NOT NULL,
                    version INTEGER NOT NULL,
                    window TEXT NOT NULL,
                    revision INTEGER NOT NULL,
                    verdict TEXT NOT NULL,
                    value TEXT,
                    "limit" TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    rowCount INTEGER NOT NULL,
                    labelledCount INTEGER NOT NULL,
                    through INTEGER NOT NULL,
                    computedTime INTEGER NOT NULL,
                    detail BLOB NOT NULL,
                    UNIQUE (planId, monitor, versionId, window, revision)
                ) STRICT;
                CREATE INDEX monitorResultOfModel ON monitorResult (modelId, ordinal);
                """)
    }
}
