import GRDB

extension Migrations {
    /// Entries by their recorded time, for the question what was true at a moment.
    static func createLedgerTimes(_ database: Database) throws {
        try database.execute(sql: "CREATE INDEX ledgerEntryByTime ON ledgerEntry (recordedTime)")
    }
}
