import GRDB

extension Migrations {
    /// Whom of a mail's recipients a delivery has reached, one address a line, so that its next attempt goes to the others only; and
    /// members that leave their group once their receiver was told that they are over.
    static func createAlertsReached(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE alertDelivery ADD COLUMN reached TEXT NOT NULL DEFAULT '';
                ALTER TABLE alertMember ADD COLUMN isLeaving INTEGER NOT NULL DEFAULT 0;
                """)
    }
}
