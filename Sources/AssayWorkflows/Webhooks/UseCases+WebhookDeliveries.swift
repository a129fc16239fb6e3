import AssayJSON
package import AssayStore
package import AssayTerms

/// The messages of webhooks: written down with the change they tell of, sent by ``WebhookWorker`` afterwards.
extension UseCases {
    /// Writes down what the webhooks that listen are told of an entry, in the entry's savepoint.
    func enqueueDeliveries(
        ofEntry entryID: String, kind: String, payload: JSONValue, domain: String, by actor: Principal,
        milliseconds: Int64, in tx: any StoreTransaction
    ) throws {
        guard try tx.hasWebhookSubscriptions() else { return }
        let notices = try WebhookNotices.notices(kind: kind, payload: payload) {
            guard let id = payload["model_id"]?.string, let model = try tx.registeredModel(id: id) else { return false }
            return WebhookNotices.marksPrompt(model.tags)
        }
        for notice in notices {
            let listeners = try tx.webhookIDs(subscribedTo: notice.event)
            if listeners.isEmpty { continue }
            let body = WebhookMessage.body(of: notice, by: actor, entryID: entryID, milliseconds: milliseconds)
            for listener in listeners {
                let id = effects.newUUID()
                try tx.insertWebhookDelivery(
                    WebhookDelivery(
                        id: id, webhookID: listener, event: notice.event, entryID: entryID, actorID: actor.id,
                        sealedBody: try keyring.seal(body, domain: Text(domain), context: Self.context(ofDelivery: id)),
                        createdMilliseconds: milliseconds))
            }
        }
    }

    static func context(ofDelivery id: String) -> Text { Text("delivery:" + id) }

    /// A delivery with the name of who caused it, where that is known.
    package typealias NamedDelivery = (delivery: WebhookDelivery, actorName: Text?)

    /// Newest first; of a deleted webhook too, until they are pruned.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound` if there never was such a webhook.
    package func webhookDeliveries(
        ofWebhook id: String, after position: SearchPosition?, limit: Int, by actor: Principal
    ) async throws -> SearchPage<NamedDelivery> {
        try Self.requireWebhookAdministrator(actor)
        return try await store.read { tx in
            guard try tx.hasWebhook(everWithID: id) else { throw Self.unknownWebhook(id) }
            let page = try tx.webhookDeliveries(ofWebhook: id, after: position, limit: limit)
            return try page.map { ($0, try tx.user(id: $0.actorID)?.name) }
        }
    }

    /// What came of trying a webhook out.
    package struct WebhookTest: Sendable {
        package let succeeded: Bool
        package let status: Int?
        package let body: Text?
        package let error: String?
    }

    /// Sends made-up data of an event (the webhook's first one, if none is named) once, at once, whatever the webhook's
    /// status. It is no delivery and is not kept.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound`.
    package func testWebhook(
        id: String, event: WebhookEvent?, in view: WebhookView, by actor: Principal
    ) async throws -> WebhookTest {
        try Self.requireWebhookAdministrator(actor)
        let record = try await store.read { try Self.existingWebhook(id, view, $0) }
        guard let event = event ?? record.events.first(where: view.shows) else { throw Self.unknownWebhook(id) }
        let now = effects.nowMilliseconds()
        let body = WebhookMessage.body(of: WebhookExample.notice(of: event), by: nil, entryID: nil, milliseconds: now)
        switch try await send(body, deliveryID: effects.newUUID(), to: record) {
        case .answered(let answer):
            let isRedirect = (300..<400).contains(answer.status)
            return WebhookTest(
                succeeded: answer.status < 300, status: answer.status, body: Text(String(decoding: answer.body, as: UTF8.self)),
                error: isRedirect ? "Failed to test webhook: redirects are not followed" : nil)
        case .failed(_, let why):
            return WebhookTest(succeeded: false, status: nil, body: nil, error: "Failed to test webhook: \(why)")
        }
    }

    /// Makes one attempt, signed for this moment.
    ///
    /// - Throws: what opening the webhook's parts throws.
    func send(_ body: [UInt8], deliveryID: String, to record: WebhookRecord) async throws -> OutgoingOutcome {
        let text = try open(record.sealedURL, "url", ofWebhook: record.id)
        let secret = try record.sealedSecret.map { try open($0, "secret", ofWebhook: record.id) }
        let url: OutgoingURL
        do {
            url = try OutgoingURL(text)
        } catch {
            throw AssayError(.corrupt, "The address of webhook \(record.id) cannot be read any more. Set it again.", cause: error)
        }
        let headers = WebhookSignature.headers(
            deliveryID: deliveryID, seconds: effects.nowMilliseconds() / 1_000, body: body, secret: secret.map { Array($0.utf8) })
        return await outgoing.post(OutgoingMessage(headers: headers, body: body), to: url)
    }
}
