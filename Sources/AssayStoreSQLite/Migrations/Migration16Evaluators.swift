import GRDB

extension Migrations {
    /// Evaluators outside of this server. A name or a key that was somebody's is never somebody else's.
    static func createEvaluators(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE evaluator (
                    id TEXT PRIMARY KEY NOT NULL,
                    name TEXT NOT NULL UNIQUE,
                    userId TEXT NOT NULL REFERENCES user (id),
                    publicKey BLOB NOT NULL UNIQUE,
                    addedTime INTEGER NOT NULL,
                    removedTime INTEGER
                ) WITHOUT ROWID, STRICT
                """)
    }
}
