import GRDB

extension Migrations {
    /// When each run is to be sealed, and which runs a sealer holds.
    ///
    /// Runs that were there before are due at once, by the column's default and so without being written; the sealer
    /// takes as many at a time as it always does. Entries that decide something have an index of their own, since those of
    /// seals will be many more. `unsealedRows` is an estimate; see `SealSchedule.rowSample`.
    static func createSeals(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE run ADD COLUMN sealDueTime INTEGER DEFAULT 0;
                ALTER TABLE run ADD COLUMN unsealedRows INTEGER NOT NULL DEFAULT 0;
                CREATE INDEX runBySealDueTime ON run (sealDueTime) WHERE sealDueTime IS NOT NULL;

                CREATE TABLE runSealClaim (
                    run INTEGER PRIMARY KEY REFERENCES run (number)
                ) STRICT;

                CREATE INDEX ledgerEntryDeciding ON ledgerEntry (ordinal) WHERE kind <> 'run.sealed';
                """)
    }
}
