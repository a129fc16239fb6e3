import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func webhook(id: String) throws -> WebhookRecord? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM webhook WHERE id = ? AND deletionTime IS NULL", arguments: [id]
        ).map(webhook)
    }

    func hasWebhook(everWithID id: String) throws -> Bool {
        try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM webhook WHERE id = ?)", arguments: [id]) ?? false
    }

    func webhooks(after position: SearchPosition?, limit: Int, mlflowOnly: Bool) throws -> SearchPage<WebhookRecord> {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM webhook
                WHERE deletionTime IS NULL AND number < ? AND (NOT ? OR EXISTS (
                    SELECT 1 FROM webhookEvent WHERE webhookEvent.webhook = webhook.number AND isMLflow))
                ORDER BY number DESC LIMIT ?
                """, arguments: [try Self.bound(position), mlflowOnly, limit + 1])
        return SearchPage(
            items: try rows.prefix(limit).map(webhook),
            next: rows.count > limit ? Self.position(rows[limit - 1]["number"]) : nil)
    }

    func hasWebhookSubscriptions() throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM webhookEvent)")
        return try Bool.fetchOne(statement) ?? false
    }

    func webhookIDs(subscribedTo event: WebhookEvent) throws -> [String] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT webhook.id FROM webhookEvent JOIN webhook ON webhook.number = webhookEvent.webhook
                WHERE webhookEvent.event = ? AND webhook.status = ? ORDER BY webhook.number
                """)
        return try String.fetchAll(statement, arguments: [event.rawValue, WebhookStatus.active.rawValue])
    }

    func insertWebhook(_ webhook: WebhookRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO webhook (id, name, description, url, secret, status, creationTime, lastUpdateTime)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                webhook.id, webhook.name, webhook.description, Data(webhook.sealedURL),
                webhook.sealedSecret.map { Data($0) }, webhook.status.rawValue, webhook.creationTime, webhook.lastUpdateTime,
            ])
        try insertEvents(webhook.events, ofWebhook: webhook.id)
    }

    func updateWebhook(_ webhook: WebhookRecord) throws {
        try database.execute(
            sql: """
                UPDATE webhook SET name = ?, description = ?, url = ?, secret = ?, status = ?, lastUpdateTime = ?
                WHERE id = ? AND deletionTime IS NULL
                """,
            arguments: [
                webhook.name, webhook.description, Data(webhook.sealedURL), webhook.sealedSecret.map { Data($0) },
                webhook.status.rawValue, webhook.lastUpdateTime, webhook.id,
            ])
        try deleteEvents(ofWebhook: webhook.id)
        try insertEvents(webhook.events, ofWebhook: webhook.id)
    }

    func deleteWebhook(id: String, at time: Int64) throws {
        try deleteEvents(ofWebhook: id)
        try database.execute(
            sql: "UPDATE webhook SET url = NULL, secret = NULL, deletionTime = ?, lastUpdateTime = ? WHERE id = ? AND deletionTime IS NULL",
            arguments: [time, time, id])
    }

    private func insertEvents(_ events: [WebhookEvent], ofWebhook id: String) throws {
        for event in events {
            try database.execute(
                sql: """
                    INSERT INTO webhookEvent (event, webhook, isMLflow)
                    VALUES (?, (SELECT number FROM webhook WHERE id = ?), ?)
                    """, arguments: [event.rawValue, id, event.isMLflow])
        }
    }

    private func deleteEvents(ofWebhook id: String) throws {
        try database.execute(
            sql: "DELETE FROM webhookEvent WHERE webhook = (SELECT number FROM webhook WHERE id = ?)", arguments: [id])
    }

    private func webhook(_ row: Row) throws -> WebhookRecord {
        let events = try Row.fetchAll(
            database, sql: "SELECT event FROM webhookEvent WHERE webhook = ?", arguments: [row["number"] as Int64])
        return WebhookRecord(
            id: row["id"], name: row["name"], description: row["description"], sealedURL: row.bytes("url"),
            sealedSecret: (row["secret"] as Data?).map { Array($0) }, status: try row.word("status"),
            events: try events.map { try $0.word("event") as WebhookEvent }, creationTime: row["creationTime"],
            lastUpdateTime: row["lastUpdateTime"])
    }

    // MARK: - Pages, newest first

    /// Rows with a smaller key come after the position.
    static func bound(_ position: SearchPosition?) throws(AssayError) -> Int64 {
        guard let position else { return .max }
        guard case .integer(let key)? = position.values.first, position.values.count == 1 else {
            throw AssayError(.invalidArgument, "Invalid page token, could not be decoded")
        }
        return key
    }

    static func position(_ key: Int64) -> SearchPosition { SearchPosition(values: [.integer(key)]) }
}
