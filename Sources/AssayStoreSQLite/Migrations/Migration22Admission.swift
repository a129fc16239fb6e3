import GRDB

extension Migrations {
    /// What a policy said of a version's registration, and requests that nobody came back to.
    static func createAdmission(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE modelVersion ADD COLUMN admission TEXT CHECK (admission IN ('waiting', 'refused', 'admitted'));
                ALTER TABLE modelVersion ADD COLUMN admissionText TEXT;

                CREATE INDEX promotionRequestUntouched ON promotionRequest (updatedTime) WHERE state = 'open';
                """)
    }
}
