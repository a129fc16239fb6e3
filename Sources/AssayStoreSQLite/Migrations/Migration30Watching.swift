import GRDB

extension Migrations {
    /// What arrived of each version by hour and batch, and how far each monitor has come, so that a look reads what is new.
    ///
    /// A subject is a version, whose parts are `hour …` and `batch …`, or a model, whose labels' parts are `by …`.
    static func createWatching(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE trafficListing (
                    subject TEXT PRIMARY KEY NOT NULL,
                    through INTEGER NOT NULL
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE trafficPart (
                    subject TEXT NOT NULL,
                    part TEXT NOT NULL,
                    ordinal INTEGER NOT NULL,
                    receivedTime INTEGER NOT NULL,
                    PRIMARY KEY (subject, part, ordinal)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX trafficPartArrived ON trafficPart (subject, ordinal);

                CREATE TABLE monitorCursor (
                    planId TEXT NOT NULL,
                    monitor BLOB NOT NULL,
                    versionId TEXT NOT NULL,
                    position INTEGER NOT NULL,
                    predictions INTEGER NOT NULL,
                    labels INTEGER NOT NULL,
                    PRIMARY KEY (planId, monitor, versionId)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE monitorDue (
                    planId TEXT NOT NULL,
                    monitor BLOB NOT NULL,
                    versionId TEXT NOT NULL,
                    window TEXT NOT NULL,
                    PRIMARY KEY (planId, monitor, versionId, window)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE monitorTally (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
                    planId TEXT NOT NULL,
                    monitor BLOB NOT NULL,
                    versionId TEXT NOT NULL,
                    window TEXT NOT NULL,
                    part TEXT NOT NULL,
                    events INTEGER NOT NULL,
                    rowCount INTEGER NOT NULL,
                    UNIQUE (planId, monitor, versionId, window, part)
                ) STRICT;

                CREATE INDEX predictionSegmentAnswered ON predictionSegment (versionId, answeredBefore);
                CREATE INDEX monitorResultOfMonitor ON monitorResult (versionId, monitor, ordinal);
                """)
    }
}
