import GRDB

extension Migrations {
    /// Policies, evidence and its jobs, promotion requests, approvals, adoptions, and how places were taken.
    static func createGovernance(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE policy (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    name TEXT NOT NULL,
                    version TEXT NOT NULL,
                    digest BLOB NOT NULL,
                    source BLOB NOT NULL,
                    canonical BLOB NOT NULL,
                    publishedTime INTEGER NOT NULL,
                    publisherId TEXT NOT NULL,
                    publisherName TEXT NOT NULL,
                    UNIQUE (name, version)
                ) STRICT;

                CREATE TRIGGER policyIsNeverChanged BEFORE UPDATE ON policy
                    BEGIN SELECT RAISE(ABORT, 'a published policy is never changed'); END;
                CREATE TRIGGER policyIsNeverRemoved BEFORE DELETE ON policy
                    BEGIN SELECT RAISE(ABORT, 'a published policy is never removed'); END;

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
                    UNIQUE (subject, claim)
                ) STRICT;

                CREATE TABLE evidenceJob (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    inputs BLOB NOT NULL UNIQUE,
                    subject BLOB NOT NULL,
                    model TEXT NOT NULL,
                    version INTEGER NOT NULL,
                    specification BLOB NOT NULL,
                    state TEXT NOT NULL,
                    attempts INTEGER NOT NULL,
                    lease TEXT,
                    leasedUntilTime INTEGER,
                    error TEXT,
                    mayRetry INTEGER NOT NULL,
                    evidenceId TEXT,
                    createdTime INTEGER NOT NULL,
                    updatedTime INTEGER NOT NULL
                ) STRICT;

                CREATE INDEX evidenceJobUnfinished ON evidenceJob (ordinal) WHERE state IN ('queued', 'leased');
                CREATE INDEX evidenceJobBySubject ON evidenceJob (subject, ordinal);

                CREATE TABLE promotionRequest (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    model TEXT NOT NULL,
                    version INTEGER NOT NULL,
                    manifest BLOB NOT NULL,
                    action TEXT NOT NULL,
                    target TEXT NOT NULL,
                    state TEXT NOT NULL,
                    decision TEXT NOT NULL,
                    detail BLOB NOT NULL,
                    asked INTEGER NOT NULL,
                    openedById TEXT NOT NULL,
                    openedByName TEXT NOT NULL,
                    openedTime INTEGER NOT NULL,
                    updatedTime INTEGER NOT NULL
                ) STRICT;

                CREATE UNIQUE INDEX promotionRequestOpen
                    ON promotionRequest (model, version, manifest, action, target) WHERE state = 'open';
                CREATE INDEX promotionRequestByState ON promotionRequest (state, ordinal);
                CREATE INDEX promotionRequestByModel ON promotionRequest (model, ordinal);

                CREATE TABLE approval (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    requestId TEXT NOT NULL REFERENCES promotionRequest (id),
                    approverId TEXT NOT NULL,
                    approverName TEXT NOT NULL,
                    comment TEXT NOT NULL,
                    binding BLOB NOT NULL,
                    approvedTime INTEGER NOT NULL,
                    expiresTime INTEGER NOT NULL,
                    state TEXT NOT NULL
                ) STRICT;

                CREATE INDEX approvalByRequest ON approval (requestId, ordinal);
                CREATE UNIQUE INDEX approvalStanding ON approval (requestId, approverId) WHERE state = 'standing';

                CREATE TABLE adoption (
                    versionId TEXT PRIMARY KEY NOT NULL,
                    model TEXT NOT NULL,
                    version INTEGER NOT NULL,
                    manifest BLOB NOT NULL,
                    adopterId TEXT NOT NULL,
                    adopterName TEXT NOT NULL,
                    adoptedTime INTEGER NOT NULL
                ) WITHOUT ROWID, STRICT;

                CREATE INDEX adoptionByManifest ON adoption (manifest);

                CREATE INDEX modelVersionByManifest ON modelVersion (manifestDigest);

                CREATE TABLE placement (
                    versionId TEXT NOT NULL,
                    target TEXT NOT NULL,
                    manifest BLOB NOT NULL,
                    decision TEXT NOT NULL,
                    detail BLOB NOT NULL,
                    requestId TEXT,
                    entryId TEXT NOT NULL,
                    placedTime INTEGER NOT NULL,
                    PRIMARY KEY (versionId, target)
                ) WITHOUT ROWID, STRICT;
                """)
    }
}
