import GRDB

extension Migrations {
    /// Who read and changed what: sealed records, and the sealed segments they go into.
    static func createAccessLog(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE accessRecord (
                    ordinal INTEGER PRIMARY KEY,
                    time INTEGER NOT NULL,
                    sealed BLOB NOT NULL
                ) STRICT;

                CREATE TABLE accessSegment (
                    number INTEGER PRIMARY KEY,
                    recordCount INTEGER NOT NULL,
                    firstTime INTEGER NOT NULL,
                    lastTime INTEGER NOT NULL,
                    previous BLOB NOT NULL,
                    digest BLOB NOT NULL,
                    sealed BLOB
                ) STRICT;
                CREATE INDEX accessSegmentByTime ON accessSegment (lastTime, firstTime);
                """)
    }
}
