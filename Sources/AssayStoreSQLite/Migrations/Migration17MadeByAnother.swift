import GRDB

extension Migrations {
    /// Which passwords and tokens somebody else than their holder made. Of those from before this step nobody knows.
    static func createMadeByAnother(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE token ADD COLUMN madeByAnother INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE password ADD COLUMN madeByAnother INTEGER NOT NULL DEFAULT 0;
                """)
    }
}
