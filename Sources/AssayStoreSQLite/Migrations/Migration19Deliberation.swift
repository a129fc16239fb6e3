import GRDB

extension Migrations {
    /// What is said about requests, what approvers asked for, and who stands in for whom.
    static func createDeliberation(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE requestComment (
                    ordinal INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    requestId TEXT NOT NULL,
                    authorId TEXT NOT NULL,
                    authorName TEXT NOT NULL,
                    text TEXT NOT NULL,
                    saidTime INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX requestCommentByRequest ON requestComment (requestId);

                CREATE TABLE objection (
                    ordinal INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    requestId TEXT NOT NULL,
                    objectorId TEXT NOT NULL,
                    objectorName TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    binding BLOB NOT NULL,
                    raisedTime INTEGER NOT NULL,
                    withdrawnTime INTEGER
                ) STRICT;
                CREATE INDEX objectionByRequest ON objection (requestId);
                CREATE UNIQUE INDEX objectionStands ON objection (requestId, objectorId) WHERE withdrawnTime IS NULL;

                CREATE TABLE approvalCondition (
                    ordinal INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    approvalId TEXT NOT NULL,
                    requestId TEXT NOT NULL,
                    modelId TEXT NOT NULL,
                    version INTEGER NOT NULL,
                    text TEXT NOT NULL,
                    dueTime INTEGER NOT NULL,
                    metById TEXT,
                    metByName TEXT,
                    metComment TEXT,
                    metTime INTEGER,
                    CHECK ((metById IS NULL) = (metTime IS NULL))
                ) STRICT;
                CREATE INDEX approvalConditionByModel ON approvalCondition (modelId);
                CREATE INDEX approvalConditionByApproval ON approvalCondition (approvalId);

                CREATE TABLE delegation (
                    ordinal INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    delegatorId TEXT NOT NULL,
                    delegatorName TEXT NOT NULL,
                    delegateId TEXT NOT NULL,
                    delegateName TEXT NOT NULL,
                    role TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    fromTime INTEGER NOT NULL,
                    untilTime INTEGER NOT NULL,
                    revokedTime INTEGER
                ) STRICT;
                """)
    }
}
