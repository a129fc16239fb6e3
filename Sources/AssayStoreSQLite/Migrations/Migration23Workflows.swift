import GRDB

extension Migrations {
    /// Evaluators without a key of their own, known by the tokens of their CI system. A workflow is one evaluator's at a time: unlike a
    /// key it cannot be made anew.
    static func createWorkflows(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE evaluator RENAME TO evaluatorBefore;
                CREATE TABLE evaluator (
                    id TEXT PRIMARY KEY NOT NULL,
                    name TEXT NOT NULL UNIQUE,
                    userId TEXT NOT NULL REFERENCES user (id),
                    publicKey BLOB UNIQUE,
                    workflow TEXT,
                    addedTime INTEGER NOT NULL,
                    removedTime INTEGER,
                    CHECK ((publicKey IS NULL) <> (workflow IS NULL))
                ) WITHOUT ROWID, STRICT;
                INSERT INTO evaluator (id, name, userId, publicKey, addedTime, removedTime)
                    SELECT id, name, userId, publicKey, addedTime, removedTime FROM evaluatorBefore;
                DROP TABLE evaluatorBefore;
                CREATE UNIQUE INDEX evaluatorByWorkflow ON evaluator (workflow) WHERE removedTime IS NULL;
                """)
    }
}
