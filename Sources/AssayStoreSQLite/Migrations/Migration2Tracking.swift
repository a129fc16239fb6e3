import GRDB

extension Migrations {
    /// Experiments, runs and what they log, logged models, files. Text columns compare by bytes (`BINARY`).
    ///
    /// `metric` is the table that grows without end: names are interned, and its one index is unique, which keeps repeats
    /// out and holds a history in the order it is read.
    static func createTracking(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE experiment (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    name TEXT NOT NULL UNIQUE,
                    artifactLocation TEXT NOT NULL,
                    stage TEXT NOT NULL,
                    creationTime INTEGER NOT NULL,
                    lastUpdateTime INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE experimentTag (
                    experiment INTEGER NOT NULL REFERENCES experiment (id),
                    key TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (experiment, key)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE run (
                    number INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    experiment INTEGER NOT NULL REFERENCES experiment (id),
                    name TEXT NOT NULL,
                    userID TEXT NOT NULL,
                    status INTEGER NOT NULL,
                    startTime INTEGER NOT NULL,
                    endTime INTEGER,
                    stage TEXT NOT NULL,
                    deletedTime INTEGER,
                    artifactURI TEXT NOT NULL,
                    createdBy TEXT NOT NULL
                ) STRICT;
                CREATE INDEX runByExperiment ON run (experiment, startTime DESC, id);
                CREATE TABLE runTag (
                    run INTEGER NOT NULL REFERENCES run (number),
                    key TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (run, key)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX runTagByValue ON runTag (key, value);
                CREATE TABLE runParam (
                    run INTEGER NOT NULL REFERENCES run (number),
                    key TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (run, key)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX runParamByValue ON runParam (key, value);

                CREATE TABLE metricKey (
                    id INTEGER PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE
                ) STRICT;
                CREATE TABLE metric (
                    run INTEGER NOT NULL REFERENCES run (number),
                    key INTEGER NOT NULL REFERENCES metricKey (id),
                    timestamp INTEGER NOT NULL,
                    step INTEGER NOT NULL,
                    value REAL NOT NULL,
                    isNaN INTEGER NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX metricHistory ON metric (run, key, timestamp, step, value, isNaN);
                CREATE TABLE latestMetric (
                    run INTEGER NOT NULL REFERENCES run (number),
                    key INTEGER NOT NULL REFERENCES metricKey (id),
                    timestamp INTEGER NOT NULL,
                    step INTEGER NOT NULL,
                    value REAL NOT NULL,
                    isNaN INTEGER NOT NULL,
                    PRIMARY KEY (run, key)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE dataset (
                    id INTEGER PRIMARY KEY,
                    experiment INTEGER NOT NULL REFERENCES experiment (id),
                    name TEXT NOT NULL,
                    digest TEXT NOT NULL,
                    sourceType TEXT NOT NULL,
                    source TEXT NOT NULL,
                    "schema" TEXT,
                    profile TEXT,
                    UNIQUE (experiment, name, digest)
                ) STRICT;
                CREATE TABLE datasetInput (
                    id INTEGER PRIMARY KEY,
                    run INTEGER NOT NULL REFERENCES run (number),
                    dataset INTEGER NOT NULL REFERENCES dataset (id),
                    UNIQUE (run, dataset)
                ) STRICT;
                CREATE INDEX datasetInputByDataset ON datasetInput (dataset);
                CREATE TABLE datasetInputTag (
                    input INTEGER NOT NULL REFERENCES datasetInput (id),
                    key TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (input, key)
                ) WITHOUT ROWID, STRICT;
                CREATE TABLE runModelInput (
                    id INTEGER PRIMARY KEY,
                    run INTEGER NOT NULL REFERENCES run (number),
                    model TEXT NOT NULL,
                    UNIQUE (run, model)
                ) STRICT;
                CREATE TABLE runModelOutput (
                    id INTEGER PRIMARY KEY,
                    run INTEGER NOT NULL REFERENCES run (number),
                    model TEXT NOT NULL,
                    step INTEGER NOT NULL,
                    UNIQUE (run, model, step)
                ) STRICT;

                CREATE TABLE loggedModel (
                    number INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    experiment INTEGER NOT NULL REFERENCES experiment (id),
                    name TEXT NOT NULL,
                    modelType TEXT NOT NULL,
                    sourceRunID TEXT NOT NULL,
                    status INTEGER NOT NULL,
                    stage TEXT NOT NULL,
                    creationTime INTEGER NOT NULL,
                    lastUpdateTime INTEGER NOT NULL,
                    artifactURI TEXT NOT NULL,
                    createdBy TEXT NOT NULL
                ) STRICT;
                CREATE INDEX loggedModelByExperiment ON loggedModel (experiment, creationTime DESC, id);
                CREATE TABLE loggedModelTag (
                    model INTEGER NOT NULL REFERENCES loggedModel (number),
                    key TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (model, key)
                ) WITHOUT ROWID, STRICT;
                CREATE TABLE loggedModelParam (
                    model INTEGER NOT NULL REFERENCES loggedModel (number),
                    key TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (model, key)
                ) WITHOUT ROWID, STRICT;
                CREATE TABLE loggedModelMetric (
                    id INTEGER PRIMARY KEY,
                    model INTEGER NOT NULL REFERENCES loggedModel (number),
                    run INTEGER NOT NULL REFERENCES run (number),
                    key INTEGER NOT NULL REFERENCES metricKey (id),
                    timestamp INTEGER NOT NULL,
                    step INTEGER NOT NULL,
                    value REAL NOT NULL,
                    isNaN INTEGER NOT NULL,
                    datasetName TEXT NOT NULL,
                    datasetDigest TEXT NOT NULL,
                    UNIQUE (model, key, run, timestamp, step, value, isNaN, datasetName, datasetDigest)
                ) STRICT;

                CREATE TABLE file (
                    ownerKind TEXT NOT NULL,
                    owner TEXT NOT NULL,
                    path TEXT NOT NULL,
                    blob TEXT,
                    size INTEGER NOT NULL,
                    digest BLOB NOT NULL,
                    writtenBy TEXT NOT NULL,
                    PRIMARY KEY (ownerKind, owner, path)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX fileByBlob ON file (blob);

                INSERT INTO experiment (id, name, artifactLocation, stage, creationTime, lastUpdateTime)
                VALUES (0, 'Default', 'mlflow-artifacts:/0', 'active', 0, 0);
                """)
    }
}
