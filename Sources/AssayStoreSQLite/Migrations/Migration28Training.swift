import GRDB

extension Migrations {
    /// Pipelines of continuous training, and their runs. A reason begins a pipeline once for a model.
    static func createTraining(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE trainingRules (
                    number INTEGER PRIMARY KEY NOT NULL,
                    digest BLOB NOT NULL,
                    source BLOB NOT NULL,
                    authorId TEXT NOT NULL,
                    appliedTime INTEGER NOT NULL
                ) STRICT;

                CREATE TABLE training (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
                    id TEXT NOT NULL UNIQUE,
                    pipeline TEXT NOT NULL,
                    modelId TEXT NOT NULL,
                    "trigger" TEXT NOT NULL,
                    triggerKey TEXT NOT NULL,
                    state TEXT NOT NULL,
                    details BLOB NOT NULL,
                    createdTime INTEGER NOT NULL,
                    dueTime INTEGER NOT NULL,
                    startedTime INTEGER,
                    finishedTime INTEGER,
                    deadline INTEGER,
                    attempts INTEGER NOT NULL,
                    lease TEXT,
                    leaseTime INTEGER,
                    workerId TEXT,
                    runId TEXT,
                    versionId TEXT,
                    isAsked INTEGER NOT NULL,
                    UNIQUE (pipeline, modelId, triggerKey)
                ) STRICT;

                CREATE INDEX trainingUnfinished ON training (ordinal) WHERE state IN ('queued', 'started');
                CREATE INDEX trainingUnasked ON training (ordinal) WHERE versionId IS NOT NULL AND isAsked = 0;
                CREATE INDEX trainingByModel ON training (modelId, ordinal);
                """)
    }
}
