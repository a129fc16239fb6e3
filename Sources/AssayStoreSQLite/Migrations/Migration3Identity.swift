import GRDB

extension Migrations {
    /// Users, their roles and their tokens.
    static func createIdentity(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE user (
                    id TEXT PRIMARY KEY NOT NULL,
                    name TEXT NOT NULL UNIQUE,
                    creationTime INTEGER NOT NULL
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE userRole (
                    userID TEXT NOT NULL REFERENCES user (id),
                    role TEXT NOT NULL,
                    PRIMARY KEY (userID, role)
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE token (
                    id TEXT PRIMARY KEY NOT NULL,
                    userID TEXT NOT NULL REFERENCES user (id),
                    digest BLOB NOT NULL,
                    label TEXT NOT NULL,
                    creationTime INTEGER NOT NULL,
                    expiryTime INTEGER NOT NULL,
                    revocationTime INTEGER
                ) WITHOUT ROWID, STRICT;

                CREATE INDEX tokenByUser ON token (userID, creationTime);
                """)
    }
}
