import GRDB

extension Migrations {
    /// What monitors of bounded means saw: which rows of each window, so that none counts twice, and the numbers of all of them together.
    static func createMonitorMeans(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE monitorRows (
                    planId TEXT NOT NULL,
                    monitor BLOB NOT NULL,
                    versionId TEXT NOT NULL,
                    window TEXT NOT NULL,
                    counted BLOB NOT NULL,
                    PRIMARY KEY (planId, monitor, versionId, window)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE monitorMean (
                    planId TEXT NOT NULL,
                    monitor BLOB NOT NULL,
                    versionId TEXT NOT NULL,
                    rowCount INTEGER NOT NULL,
                    total REAL NOT NULL,
                    squares REAL NOT NULL,
                    beyond INTEGER NOT NULL,
                    weight REAL NOT NULL,
                    weighted REAL NOT NULL,
                    penalty REAL NOT NULL,
                    PRIMARY KEY (planId, monitor, versionId)
                ) WITHOUT ROWID, STRICT;
                """)
    }
}
