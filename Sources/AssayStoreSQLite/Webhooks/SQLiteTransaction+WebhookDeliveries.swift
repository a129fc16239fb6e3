import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func webhookIDs(dueAt now: Int64, limit: Int) throws -> [String] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT webhook.id FROM webhook JOIN webhookDelivery AS head ON head.ordinal = (
                    SELECT min(ordinal) FROM webhookDelivery
                    WHERE webhookDelivery.webhook = webhook.number AND webhookDelivery.finishedTime IS NULL)
                WHERE webhook.deletionTime IS NULL AND webhook.status = ?
                    AND CASE head.state WHEN 'queued' THEN head.dueTime ELSE head.leasedUntilTime END <= ?
                ORDER BY head.dueTime, head.ordinal LIMIT ?
                """)
        return try String.fetchAll(statement, arguments: [WebhookStatus.active.rawValue, now, limit])
    }

    func webhookDeliveries(
        ofWebhook id: String, after position: SearchPosition?, limit: Int
    ) throws -> SearchPage<WebhookDelivery> {
        let rows = try Row.fetchAll(
            database,
            sql: Self.deliveryColumns + " WHERE webhook.id = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?",
            arguments: [id, try Self.bound(position), limit + 1])
        return SearchPage(
            items: try rows.prefix(limit).map(delivery),
            next: rows.count > limit ? Self.position(rows[limit - 1]["ordinal"]) : nil)
    }

    func insertWebhookDelivery(_ delivery: WebhookDelivery) throws {
        try database.execute(
            sql: """
                INSERT INTO webhookDelivery (id, webhook, event, entryId, actorId, body, state, dueTime, createdTime)
                VALUES (?, (SELECT number FROM webhook WHERE id = ?), ?, ?, ?, ?, 'queued', ?, ?)
                """,
            arguments: [
                delivery.id, delivery.webhookID, delivery.event.rawValue, delivery.entryID, delivery.actorID,
                Data(delivery.sealedBody), delivery.dueMilliseconds, delivery.createdMilliseconds,
            ])
    }

    func leaseWebhookDelivery(ofWebhook id: String, lease: String, now: Int64, until: Int64) throws -> WebhookDelivery? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT ordinal, state, attempts, dueTime, leasedUntilTime FROM webhookDelivery
                WHERE webhook = (SELECT number FROM webhook WHERE id = ? AND deletionTime IS NULL AND status = ?)
                    AND finishedTime IS NULL
                ORDER BY ordinal LIMIT 1
                """, arguments: [id, WebhookStatus.active.rawValue])
        guard let row else { return nil }
        let ordinal: Int64 = row["ordinal"]
        let attempts: Int = row["attempts"]
        switch try row.word("state") as WebhookDelivery.State {
        case .sending:
            guard (row["leasedUntilTime"] as Int64) <= now else { return nil }
            try closeAttempt(attempts, ofDelivery: ordinal, status: nil, error: "interrupted", now: now)
        default: guard (row["dueTime"] as Int64) <= now else { return nil }
        }
        try database.execute(
            sql: """
                UPDATE webhookDelivery SET state = 'sending', attempts = ?, lease = ?, leasedUntilTime = ? WHERE ordinal = ?
                """, arguments: [attempts + 1, lease, until, ordinal])
        try database.execute(
            sql: "INSERT INTO webhookAttempt (delivery, number, startedTime) VALUES (?, ?, ?)",
            arguments: [ordinal, attempts + 1, now])
        return try Row.fetchOne(
            database, sql: Self.deliveryColumns + " WHERE ordinal = ?", arguments: [ordinal]
        ).map(delivery)
    }

    func finishWebhookAttempt(
        ofDelivery id: String, lease: String, state: WebhookDelivery.State, due: Int64, status: Int?, error: String?, now: Int64
    ) throws -> Bool {
        let row = try Row.fetchOne(
            database, sql: "SELECT ordinal, attempts FROM webhookDelivery WHERE id = ? AND lease = ?", arguments: [id, lease])
        guard let row else { return false }
        let ordinal: Int64 = row["ordinal"]
        try closeAttempt(row["attempts"], ofDelivery: ordinal, status: status, error: error, now: now)
        try database.execute(
            sql: """
                UPDATE webhookDelivery SET state = ?, dueTime = ?, finishedTime = ?, lease = NULL, leasedUntilTime = NULL
                WHERE ordinal = ?
                """, arguments: [state.rawValue, due, state.isFinished ? now : nil, ordinal])
        return true
    }

    func cancelWebhookDeliveries(ofWebhook id: String, now: Int64) throws {
        try database.execute(
            sql: """
                UPDATE webhookDelivery SET state = 'cancelled', finishedTime = ?
                WHERE webhook = (SELECT number FROM webhook WHERE id = ?) AND finishedTime IS NULL AND state = 'queued'
                """, arguments: [now, id])
    }

    func releaseWebhookDeliveries(error: String, now: Int64) throws {
        try database.execute(
            sql: """
                UPDATE webhookAttempt SET finishedTime = ?, error = ? WHERE finishedTime IS NULL
                    AND delivery IN (SELECT ordinal FROM webhookDelivery WHERE finishedTime IS NULL AND state = 'sending')
                """, arguments: [now, error])
        try database.execute(
            sql: """
                UPDATE webhookDelivery SET state = 'queued', lease = NULL, leasedUntilTime = NULL
                WHERE finishedTime IS NULL AND state = 'sending'
                """)
        try database.execute(
            sql: """
                UPDATE webhookDelivery SET state = 'cancelled', finishedTime = ?
                WHERE finishedTime IS NULL AND webhook IN (
                    SELECT number FROM webhook WHERE deletionTime IS NOT NULL OR status <> ?)
                """, arguments: [now, WebhookStatus.active.rawValue])
    }

    func pruneWebhookDeliveries(endedBefore time: Int64, keeping kept: Int) throws -> Int {
        try database.execute(
            sql: "DELETE FROM webhookDelivery WHERE finishedTime IS NOT NULL AND finishedTime < ?", arguments: [time])
        var removed = database.changesCount
        for webhook in try Int64.fetchAll(database, sql: "SELECT number FROM webhook") {
            try database.execute(
                sql: """
                    DELETE FROM webhookDelivery WHERE webhook = ? AND finishedTime IS NOT NULL AND ordinal <= (
                        SELECT ordinal FROM webhookDelivery WHERE webhook = ? AND finishedTime IS NOT NULL
                        ORDER BY ordinal DESC LIMIT 1 OFFSET ?)
                    """, arguments: [webhook, webhook, kept])
            removed += database.changesCount
        }
        return removed
    }

    private func closeAttempt(_ number: Int, ofDelivery ordinal: Int64, status: Int?, error: String?, now: Int64) throws {
        try database.execute(
            sql: "UPDATE webhookAttempt SET finishedTime = ?, status = ?, error = ? WHERE delivery = ? AND number = ?",
            arguments: [now, status, error, ordinal, number])
    }

    private static let deliveryColumns = """
        SELECT webhookDelivery.*, webhook.id AS webhookID FROM webhookDelivery
        JOIN webhook ON webhook.number = webhookDelivery.webhook
        """

    private func delivery(_ row: Row) throws -> WebhookDelivery {
        let ordinal: Int64 = row["ordinal"]
        let attempts = try database.cachedStatement(sql: "SELECT * FROM webhookAttempt WHERE delivery = ? ORDER BY number")
        return WebhookDelivery(
            id: row["id"], webhookID: row["webhookID"], event: try row.word("event"), entryID: row["entryId"],
            actorID: row["actorId"], sealedBody: row.bytes("body"), createdMilliseconds: row["createdTime"],
            state: try row.word("state"), dueMilliseconds: row["dueTime"], finishedMilliseconds: row["finishedTime"],
            attempts: try Row.fetchAll(attempts, arguments: [ordinal]).map { attempt in
                WebhookDelivery.Attempt(
                    number: attempt["number"], startedMilliseconds: attempt["startedTime"],
                    finishedMilliseconds: attempt["finishedTime"], status: attempt["status"], error: attempt["error"])
            }, ordinal: ordinal)
    }
}
