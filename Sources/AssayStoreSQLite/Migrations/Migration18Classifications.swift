import GRDB

extension Migrations {
    /// What was said about the use of models, each for good.
    static func createClassifications(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE classification (
                    modelId TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    euClass TEXT,
                    tier TEXT,
                    questionnaire TEXT,
                    questionnaireDigest BLOB,
                    heldTier TEXT,
                    content BLOB NOT NULL,
                    authorId TEXT NOT NULL,
                    recordedTime INTEGER NOT NULL,
                    PRIMARY KEY (modelId, number),
                    CHECK ((tier IS NULL) = (euClass IS NULL)),
                    CHECK ((tier IS NULL) = (questionnaire IS NULL)),
                    CHECK ((tier IS NULL) = (questionnaireDigest IS NULL))
                ) WITHOUT ROWID, STRICT;

                CREATE TRIGGER classificationIsNeverChanged BEFORE UPDATE ON classification
                    BEGIN SELECT RAISE(ABORT, 'a classification is never changed'); END;
                """)
    }
}
