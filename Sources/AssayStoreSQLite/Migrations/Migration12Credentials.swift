import GRDB

extension Migrations {
    /// What accounts are recognised by: passwords, browsers' sessions, subjects of identity providers; accounts of programs and
    /// accounts out of use; what tokens are restricted to.
    static func createCredentials(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE user ADD COLUMN kind TEXT NOT NULL DEFAULT 'person';
                ALTER TABLE user ADD COLUMN disabledTime INTEGER;

                ALTER TABLE token ADD COLUMN verbs TEXT;
                ALTER TABLE token ADD COLUMN loginTime INTEGER;
                ALTER TABLE token ADD COLUMN useTime INTEGER;

                CREATE TABLE password (
                    userID TEXT PRIMARY KEY NOT NULL REFERENCES user (id),
                    hash TEXT NOT NULL,
                    changeTime INTEGER NOT NULL
                ) WITHOUT ROWID, STRICT;

                CREATE TABLE session (
                    digest BLOB PRIMARY KEY NOT NULL,
                    id TEXT NOT NULL UNIQUE,
                    userID TEXT NOT NULL REFERENCES user (id),
                    method TEXT NOT NULL,
                    loginTime INTEGER NOT NULL,
                    seenTime INTEGER NOT NULL,
                    expiryTime INTEGER NOT NULL
                ) WITHOUT ROWID, STRICT;

                CREATE INDEX sessionByUser ON session (userID, loginTime);

                CREATE TABLE subject (
                    issuer TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    userID TEXT NOT NULL REFERENCES user (id),
                    creationTime INTEGER NOT NULL,
                    PRIMARY KEY (issuer, subject)
                ) WITHOUT ROWID, STRICT;

                CREATE INDEX subjectByUser ON subject (userID);
                """)
    }
}
