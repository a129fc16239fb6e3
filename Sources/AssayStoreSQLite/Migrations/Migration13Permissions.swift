import GRDB

extension Migrations {
    /// Roles as data, shares, classes of data sets, and changes that wait for a second person.
    static func createPermissions(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE role (
                    name TEXT PRIMARY KEY NOT NULL,
                    title TEXT NOT NULL,
                    changeTime INTEGER NOT NULL
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE roleGrant (
                    role TEXT NOT NULL REFERENCES role (name) ON DELETE CASCADE,
                    effect TEXT NOT NULL,
                    verbs TEXT NOT NULL,
                    resource TEXT NOT NULL,
                    PRIMARY KEY (role, effect, verbs, resource)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE share (
                    userID TEXT NOT NULL,
                    kind TEXT NOT NULL,
                    object TEXT NOT NULL,
                    level TEXT NOT NULL,
                    PRIMARY KEY (userID, kind, object)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX shareByObject ON share (kind, object);

                CREATE TABLE datasetClass (
                    name TEXT PRIMARY KEY NOT NULL,
                    class TEXT NOT NULL
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE proposal (
                    number INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    kind TEXT NOT NULL,
                    verb TEXT NOT NULL,
                    content BLOB NOT NULL,
                    proposerID TEXT NOT NULL,
                    proposerName TEXT NOT NULL,
                    creationTime INTEGER NOT NULL,
                    expiryTime INTEGER NOT NULL,
                    state TEXT NOT NULL,
                    closedBy TEXT,
                    closingTime INTEGER
                ) STRICT;
                CREATE INDEX proposalByState ON proposal (state, expiryTime);
                """)
    }
}
