import GRDB

extension Migrations {
    /// What the organisation asks about the use of models, each for good.
    static func createQuestionnaires(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE questionnaire (
                    number INTEGER PRIMARY KEY,
                    name TEXT NOT NULL,
                    version TEXT NOT NULL,
                    digest BLOB NOT NULL,
                    source BLOB NOT NULL,
                    publisherId TEXT NOT NULL,
                    publishedTime INTEGER NOT NULL,
                    UNIQUE (name, version)
                ) STRICT;

                CREATE TRIGGER questionnaireIsNeverChanged BEFORE UPDATE ON questionnaire
                    BEGIN SELECT RAISE(ABORT, 'a questionnaire is never changed'); END;
                """)
    }
}
