import AssayJSON
import AssayStore
package import AssayTerms

/// Webhooks, managed by administrators: whoever makes one decides where this server sends requests.
extension UseCases {
    /// - Throws: `permissionDenied` unless `actor` administers; `invalidArgument` for an address that requests may not
    ///   go to.
    package func createWebhook(_ new: NewWebhook, by actor: Principal) async throws -> Webhook {
        try Self.requireWebhookAdministrator(actor)
        try await outgoing.check(new.url)
        return try await store.write { tx in
            let now = effects.nowMilliseconds()
            let id = effects.newUUID()
            let record = WebhookRecord(
                id: id, name: new.name, description: Self.nonEmpty(new.description),
                sealedURL: try seal(new.url.text, "url", ofWebhook: id),
                sealedSecret: try Self.nonEmpty(new.secret).map { try seal($0, "secret", ofWebhook: id) },
                status: new.status, events: new.events, creationTime: now, lastUpdateTime: now)
            try tx.insertWebhook(record)
            let webhook = try opened(record, in: .all)
            try self.record("webhook.created", webhook, by: actor, in: tx)
            return webhook
        }
    }

    /// - Throws: `permissionDenied` unless `actor` administers; `notFound`.
    package func webhook(id: String, in view: WebhookView, by actor: Principal) async throws -> Webhook {
        try Self.requireWebhookAdministrator(actor)
        return try await store.read { try opened(Self.existingWebhook(id, view, $0), in: view) }
    }

    /// Newest first.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers.
    package func webhooks(
        after position: SearchPosition?, limit: Int, in view: WebhookView, by actor: Principal
    ) async throws -> SearchPage<Webhook> {
        try Self.requireWebhookAdministrator(actor)
        return try await store.read { tx in
            try tx.webhooks(after: position, limit: limit, mlflowOnly: view == .mlflow).map { try opened($0, in: view) }
        }
    }

    /// Changes a webhook; from its next attempt on, what waits is sent as the webhook is then. Disabling it cancels what
    /// waits. Events that `view` does not show stay.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound`; `invalidArgument` for an address that requests
    ///   may not go to.
    package func updateWebhook(
        id: String, _ change: WebhookChange, in view: WebhookView, by actor: Principal
    ) async throws -> Webhook {
        try Self.requireWebhookAdministrator(actor)
        if let url = change.url { try await outgoing.check(url) }
        return try await store.write { tx in
            var record = try Self.existingWebhook(id, view, tx)
            let before = record
            let now = effects.nowMilliseconds()
            record.lastUpdateTime = now
            record.name = change.name ?? record.name
            if let description = change.description { record.description = Self.nonEmpty(description) }
            if let url = change.url, try open(record.sealedURL, "url", ofWebhook: id) != url.text {
                record.sealedURL = try seal(url.text, "url", ofWebhook: id)
            }
            if let secret = change.secret {
                record.sealedSecret = try Self.nonEmpty(secret).map { try seal($0, "secret", ofWebhook: id) }
            }
            if let events = change.events {
                record.events = Set(events + record.events.filter { !view.shows($0) }).sorted()
            }
            record.status = change.status ?? record.status
            try tx.updateWebhook(record)
            if record.status != .active { try tx.cancelWebhookDeliveries(ofWebhook: id, now: now) }
            let webhook = try opened(record, in: view)
            var unchanged = record
            unchanged.lastUpdateTime = before.lastUpdateTime
            if unchanged != before { try self.record("webhook.updated", try opened(record, in: .all), by: actor, in: tx) }
            return webhook
        }
    }

    /// Forgets where the webhook points and its secret, and cancels what waits for it.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound`.
    package func deleteWebhook(id: String, in view: WebhookView, by actor: Principal) async throws {
        try Self.requireWebhookAdministrator(actor)
        try await store.write { tx in
            let webhook = try opened(Self.existingWebhook(id, view, tx), in: .all)
            let now = effects.nowMilliseconds()
            try tx.deleteWebhook(id: id, at: now)
            try tx.cancelWebhookDeliveries(ofWebhook: id, now: now)
            try self.record("webhook.deleted", webhook, by: actor, in: tx)
        }
    }

    // MARK: - Parts

    static func requireWebhookAdministrator(_ actor: Principal) throws(AssayError) {
        guard actor.isNamed, actor.may(.administer) else {
            throw AssayError(.permissionDenied, "Webhooks are seen and managed by an administrator.")
        }
    }

    static func existingWebhook(_ id: String, _ view: WebhookView, _ tx: any StoreSnapshot) throws -> WebhookRecord {
        guard let record = try tx.webhook(id: id), record.events.contains(where: view.shows) else {
            throw unknownWebhook(id)
        }
        return record
    }

    static func unknownWebhook(_ id: String) -> AssayError {
        AssayError(.notFound, "Webhook with ID \(id.prefix(256)) not found.")
    }

    private func opened(_ record: WebhookRecord, in view: WebhookView) throws -> Webhook {
        Webhook(
            id: record.id, name: record.name, description: record.description,
            url: try open(record.sealedURL, "url", ofWebhook: record.id), events: record.events.filter(view.shows),
            status: record.status, hasSecret: record.sealedSecret != nil, creationTime: record.creationTime,
            lastUpdateTime: record.lastUpdateTime)
    }

    func open(_ sealed: [UInt8], _ part: String, ofWebhook id: String) throws -> Text {
        let bytes = try keyring.open(sealed, context: Self.context(part, ofWebhook: id))
        guard let text = Text(utf8: bytes) else {
            throw AssayError(.corrupt, "The \(part) of webhook \(id) is not text any more.")
        }
        return text
    }

    private func seal(_ text: Text, _ part: String, ofWebhook id: String) throws -> [UInt8] {
        try keyring.seal(
            Array(text.utf8), domain: Text(LedgerTopic.webhook(id)), context: Self.context(part, ofWebhook: id))
    }

    private static func context(_ part: String, ofWebhook id: String) -> Text { Text("webhook:\(id):\(part)") }

    private static func nonEmpty(_ text: Text?) -> Text? { text.flatMap { $0.isEmpty ? nil : $0 } }

    /// The entry names the address, which the payload seals, and never the secret.
    private func record(_ kind: String, _ webhook: Webhook, by actor: Principal, in tx: any StoreTransaction) throws {
        try record(
            kind: kind, by: actor, topics: [LedgerTopic.webhook(webhook.id)], domain: LedgerTopic.webhook(webhook.id),
            payload: [
                "webhook": .string(webhook.id), "name": .string(webhook.name.string), "url": .string(webhook.url.string),
                "events": .array(webhook.events.map { .string($0.rawValue) }), "status": .string(webhook.status.rawValue),
                "signed": .bool(webhook.hasSecret), "description": Self.json(webhook.description),
            ], in: tx)
    }
}

extension LedgerTopic {
    package static func webhook(_ id: String) -> String { "webhook:" + id }
}
