import GRDB

extension Migrations {
    /// The same claim may be several evaluators', each of whom a policy trusts or not. What was attested before is its key's.
    static func createSigners(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE evidence RENAME TO evidenceBefore;
                CREATE TABLE evidence (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    subject BLOB NOT NULL,
                    claim BLOB NOT NULL,
                    provenance TEXT NOT NULL,
                    envelope BLOB NOT NULL,
                    keyId TEXT NOT NULL,
                    jobId TEXT,
                    recordedTime INTEGER NOT NULL,
                    signer TEXT NOT NULL,
                    UNIQUE (subject, claim, signer)
                ) STRICT;
                INSERT INTO evidence (ordinal, id, subject, claim, provenance, envelope, keyId, jobId, recordedTime, signer)
                    SELECT ordinal, id, subject, claim, provenance, envelope, keyId, jobId, recordedTime,
                           CASE provenance WHEN 'attested' THEN keyId ELSE '' END
                    FROM evidenceBefore ORDER BY ordinal;
                DROP TABLE evidenceBefore;
                """)
    }
}
