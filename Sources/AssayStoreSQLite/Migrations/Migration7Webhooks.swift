import GRDB

extension Migrations {
    /// Webhooks, what they listen to, and their deliveries with every attempt.
    ///
    /// Deleting a webhook sets a time, and takes address, secret and events away; its deliveries stay until they are
    /// pruned.
    static func createWebhooks(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE webhook (
                    number INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    description TEXT,
                    url BLOB,
                    secret BLOB,
                    status TEXT NOT NULL,
                    creationTime INTEGER NOT NULL,
                    lastUpdateTime INTEGER NOT NULL,
                    deletionTime INTEGER,
                    CHECK ((url IS NULL) = (deletionTime IS NOT NULL))
                ) STRICT;

                CREATE TABLE webhookEvent (
                    event TEXT NOT NULL,
                    webhook INTEGER NOT NULL REFERENCES webhook (number),
                    isMLflow INTEGER NOT NULL,
                    PRIMARY KEY (event, webhook)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX webhookEventByWebhook ON webhookEvent (webhook, isMLflow);

                CREATE TABLE webhookDelivery (
                    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    webhook INTEGER NOT NULL REFERENCES webhook (number),
                    event TEXT NOT NULL,
                    entryId TEXT NOT NULL,
                    actorId TEXT NOT NULL,
                    body BLOB NOT NULL,
                    state TEXT NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0,
                    dueTime INTEGER NOT NULL,
                    lease TEXT,
                    leasedUntilTime INTEGER,
                    createdTime INTEGER NOT NULL,
                    finishedTime INTEGER,
                    CHECK ((lease IS NOT NULL) = (state = 'sending')),
                    CHECK ((finishedTime IS NULL) = (state IN ('queued', 'sending')))
                ) STRICT;
                CREATE INDEX webhookDeliveryByWebhook ON webhookDelivery (webhook, ordinal);
                CREATE INDEX webhookDeliveryUnfinished ON webhookDelivery (webhook, ordinal) WHERE finishedTime IS NULL;
                CREATE INDEX webhookDeliveryByEnd ON webhookDelivery (finishedTime) WHERE finishedTime IS NOT NULL;

                CREATE TABLE webhookAttempt (
                    delivery INTEGER NOT NULL REFERENCES webhookDelivery (ordinal) ON DELETE CASCADE,
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
