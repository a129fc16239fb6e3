import GRDB

extension Migrations {
    /// What gateways counted of rollouts, each start of a gateway by itself, so that a report that is sent again counts once.
    static func createRollouts(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE rolloutReport (
                    rolloutId TEXT NOT NULL,
                    gateway TEXT NOT NULL,
                    sequence INTEGER NOT NULL,
                    reporterId TEXT NOT NULL,
                    reportedTime INTEGER NOT NULL,
                    PRIMARY KEY (rolloutId, gateway)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE rolloutTally (
                    rolloutId TEXT NOT NULL,
                    gateway TEXT NOT NULL,
                    step INTEGER NOT NULL,
                    candidateRequests INTEGER NOT NULL,
                    candidateErrors INTEGER NOT NULL,
                    candidateSlow INTEGER NOT NULL,
                    candidateDrawn INTEGER NOT NULL,
                    candidateHits INTEGER NOT NULL,
                    baselineRequests INTEGER NOT NULL,
                    baselineErrors INTEGER NOT NULL,
                    baselineSlow INTEGER NOT NULL,
                    baselineDrawn INTEGER NOT NULL,
                    baselineHits INTEGER NOT NULL,
                    compared INTEGER NOT NULL,
                    agreed INTEGER NOT NULL,
                    judged INTEGER NOT NULL,
                    judgedAgreed INTEGER NOT NULL,
                    dropped INTEGER NOT NULL,
                    PRIMARY KEY (rolloutId, gateway, step)
                ) WITHOUT ROWID, STRICT;
                """)
    }
}
