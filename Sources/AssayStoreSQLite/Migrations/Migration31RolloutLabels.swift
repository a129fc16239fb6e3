import GRDB

extension Migrations {
    /// What labels said of both versions of a rollout.
    static func createRolloutLabels(_ database: Database) throws {
        for column in ["candidateLabelled", "candidateMistaken", "baselineLabelled", "baselineMistaken"] {
            try database.execute(sql: "ALTER TABLE rolloutTally ADD COLUMN \(column) INTEGER NOT NULL DEFAULT 0")
        }
    }
}
