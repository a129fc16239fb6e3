import GRDB

extension Migrations {
    /// Who answers for a version beside those who logged and registered it: who began its training, and who wrote the pipelines.
    static func createTrainingAuthors(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE trainingAuthor (
                    versionId TEXT NOT NULL,
                    userId TEXT NOT NULL,
                    manifest BLOB,
                    PRIMARY KEY (versionId, userId)
                ) WITHOUT ROWID, STRICT;

                CREATE INDEX trainingAuthorByManifest ON trainingAuthor (manifest);
                """)
    }
}
