import GRDB

extension Migrations {
    /// The log's entries and what they are about.
    ///
    /// `ordinal` is the order of recording. An entry gets its `logIndex` later, in the sequencer's own transaction.
    static func createLedger(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE ledgerEntry (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    kind TEXT NOT NULL,
                    recordedTime INTEGER NOT NULL,
                    leaf BLOB NOT NULL,
                    payload BLOB,
                    domain TEXT NOT NULL,
                    logIndex INTEGER UNIQUE
                ) STRICT;

                CREATE INDEX ledgerEntryUnsequenced ON ledgerEntry (ordinal) WHERE logIndex IS NULL;

                CREATE TABLE ledgerTopic (
                    topic TEXT NOT NULL,
                    ordinal INTEGER NOT NULL REFERENCES ledgerEntry (ordinal),
                    PRIMARY KEY (topic, ordinal)
                ) WITHOUT ROWID, STRICT;

                CREATE INDEX ledgerTopicByEntry ON ledgerTopic (ordinal);

                CREATE TRIGGER ledgerEntryIsAppendOnly BEFORE UPDATE OF ordinal, id, kind, recordedTime, leaf, domain
                    ON ledgerEntry BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END;
                CREATE TRIGGER ledgerEntryIsNeverRemoved BEFORE DELETE
                    ON ledgerEntry BEGIN SELECT RAISE(ABORT, 'ledger entries are never removed'); END;
                CREATE TRIGGER ledgerIndexIsGivenOnce BEFORE UPDATE OF logIndex
                    ON ledgerEntry WHEN OLD.logIndex IS NOT NULL
                    BEGIN SELECT RAISE(ABORT, 'a ledger index is given once'); END;
                """)
    }
}
