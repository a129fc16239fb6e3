import GRDB

extension Migrations {
    /// Alerts, the rules by which people are told of them, and what was sent.
    ///
    /// A group is what one receiver is told of together, and looked at when it is due; a member notes what was told last, so that the
    /// news of a group is a comparison. What a delivery says is kept beside it, each alert sealed under its own model's key.
    static func createAlerts(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE alertRules (
                    number INTEGER PRIMARY KEY,
                    digest BLOB NOT NULL,
                    source BLOB NOT NULL,
                    authorId TEXT NOT NULL,
                    appliedTime INTEGER NOT NULL
                ) STRICT;

                CREATE TABLE alert (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    key TEXT NOT NULL UNIQUE,
                    model TEXT NOT NULL,
                    severity TEXT NOT NULL,
                    state TEXT NOT NULL,
                    episode INTEGER NOT NULL,
                    details BLOB NOT NULL,
                    firedTime INTEGER NOT NULL,
                    seenTime INTEGER NOT NULL,
                    resolvedTime INTEGER,
                    acknowledgedTime INTEGER,
                    acknowledgedBy TEXT,
                    acknowledgement TEXT,
                    isRouted INTEGER NOT NULL,
                    isLogged INTEGER NOT NULL,
                    CHECK ((acknowledgedTime IS NULL) = (acknowledgedBy IS NULL))
                ) STRICT;
                CREATE INDEX alertByState ON alert (state, number);
                CREATE INDEX alertUnlogged ON alert (number) WHERE isLogged = 0;

                CREATE TABLE alertSilence (
                    id TEXT PRIMARY KEY NOT NULL,
                    matching BLOB NOT NULL,
                    comment TEXT NOT NULL,
                    authorId TEXT NOT NULL,
                    createdTime INTEGER NOT NULL,
                    endTime INTEGER NOT NULL
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX alertSilenceByEnd ON alertSilence (endTime);

                CREATE TABLE alertGroup (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    receiver TEXT NOT NULL,
                    labels TEXT NOT NULL,
                    waitTime INTEGER NOT NULL,
                    intervalTime INTEGER NOT NULL,
                    repeatTime INTEGER NOT NULL,
                    dueTime INTEGER,
                    sentTime INTEGER,
                    UNIQUE (receiver, labels)
                ) STRICT;
                CREATE INDEX alertGroupByDue ON alertGroup (dueTime) WHERE dueTime IS NOT NULL;

                CREATE TABLE alertMember (
                    alertGroup INTEGER NOT NULL REFERENCES alertGroup (number) ON DELETE CASCADE,
                    alert INTEGER NOT NULL REFERENCES alert (number) ON DELETE CASCADE,
                    toldState TEXT,
                    toldSeverity TEXT,
                    toldEpisode INTEGER,
                    PRIMARY KEY (alertGroup, alert),
                    CHECK ((toldState IS NULL) = (toldSeverity IS NULL) AND (toldState IS NULL) = (toldEpisode IS NULL))
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX alertMemberByAlert ON alertMember (alert);

                CREATE TABLE alertStep (
                    alert INTEGER NOT NULL REFERENCES alert (number) ON DELETE CASCADE,
                    receiver TEXT NOT NULL,
                    labels TEXT NOT NULL,
                    waitTime INTEGER NOT NULL,
                    intervalTime INTEGER NOT NULL,
                    repeatTime INTEGER NOT NULL,
                    dueTime INTEGER NOT NULL,
                    PRIMARY KEY (alert, receiver)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX alertStepByDue ON alertStep (dueTime);

                CREATE TABLE alertDelivery (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    receiver TEXT NOT NULL,
                    alertGroup INTEGER NOT NULL,
                    labels TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    state TEXT NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0,
                    dueTime INTEGER NOT NULL,
                    holdsUntilTime INTEGER NOT NULL,
                    lease TEXT,
                    leasedUntilTime INTEGER,
                    createdTime INTEGER NOT NULL,
                    finishedTime INTEGER,
                    CHECK ((lease IS NOT NULL) = (state = 'sending')),
                    CHECK ((finishedTime IS NULL) = (state IN ('queued', 'sending')))
                ) STRICT;
                CREATE INDEX alertDeliveryByReceiver ON alertDelivery (receiver, ordinal);
                CREATE INDEX alertDeliveryUnfinished ON alertDelivery (receiver, ordinal) WHERE finishedTime IS NULL;
                CREATE INDEX alertDeliveryByEnd ON alertDelivery (finishedTime) WHERE finishedTime IS NOT NULL;

                CREATE TABLE alertSaid (
                    delivery INTEGER NOT NULL REFERENCES alertDelivery (ordinal) ON DELETE CASCADE,
                    position INTEGER NOT NULL,
                    alert INTEGER NOT NULL,
                    key TEXT NOT NULL,
                    state TEXT NOT NULL,
                    severity TEXT NOT NULL,
                    formerSeverity TEXT,
                    episode INTEGER NOT NULL,
                    details BLOB NOT NULL,
                    firedTime INTEGER NOT NULL,
                    resolvedTime INTEGER,
                    PRIMARY KEY (delivery, position)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX alertSaidByKey ON alertSaid (key, delivery);

                CREATE TABLE alertAttempt (
                    delivery INTEGER NOT NULL REFERENCES alertDelivery (ordinal) ON DELETE CASCADE,
                    number INTEGER NOT NULL,
                    startedTime INTEGER NOT NULL,
                    finishedTime INTEGER,
                    status INTEGER,
                    error TEXT,
                    PRIMARY KEY (delivery, number)
                ) WITHOUT ROWID, STRICT;
                """)
    }
}
