package import AssayTerms

/// Webhooks and their deliveries, read.
package protocol WebhookSnapshot {
    /// `nil` for a deleted one too.
    func webhook(id: String) throws -> WebhookRecord?
    /// Newest first, at most `limit`.
    ///
    /// - Parameter mlflowOnly: whether to leave out those without an event of MLflow's.
    func webhooks(after position: SearchPosition?, limit: Int, mlflowOnly: Bool) throws -> SearchPage<WebhookRecord>
    /// Whether any event is listened to at all.
    func hasWebhookSubscriptions() throws -> Bool
    /// The ids of the active webhooks that listen to `event`, oldest first.
    func webhookIDs(subscribedTo event: WebhookEvent) throws -> [String]
    /// The active webhooks whose oldest unfinished delivery is due, the longest due first.
    func webhookIDs(dueAt now: Int64, limit: Int) throws -> [String]
    /// Newest first, at most `limit`; of a deleted webhook too.
    func webhookDeliveries(
        ofWebhook id: String, after position: SearchPosition?, limit: Int
    ) throws -> SearchPage<WebhookDelivery>
    /// Whether a webhook has, or had, that id.
    func hasWebhook(everWithID id: String) throws -> Bool
}

/// Webhooks and their deliveries, changed.
///
/// The deliveries of one webhook are sent one after the other in the order of their insertion: only its oldest
/// unfinished one is ever leased, so what happened later never arrives earlier.
package protocol WebhookTransaction: WebhookSnapshot {
    func insertWebhook(_ webhook: WebhookRecord) throws
    /// Replaces everything but id and creation time.
    func updateWebhook(_ webhook: WebhookRecord) throws
    /// Forgets where it points and its secret; its deliveries stay until they are pruned.
    func deleteWebhook(id: String, at time: Int64) throws

    func insertWebhookDelivery(_ delivery: WebhookDelivery) throws
    /// Gives the webhook's oldest unfinished delivery to the worker that drew `lease`, and begins an attempt, if the
    /// webhook is active and the delivery is due, or its lease ran out. The interrupted attempt is closed then.
    func leaseWebhookDelivery(ofWebhook id: String, lease: String, now: Int64, until: Int64) throws -> WebhookDelivery?
    /// Closes the attempt of a leased delivery.
    ///
    /// - Parameters:
    ///   - state: `queued` for another attempt at `due`.
    /// - Returns: whether `lease` was still the delivery's lease; nothing changes otherwise.
    func finishWebhookAttempt(
        ofDelivery id: String, lease: String, state: WebhookDelivery.State, due: Int64, status: Int?, error: String?, now: Int64
    ) throws -> Bool
    /// Finishes what waits for the webhook without sending it.
    func cancelWebhookDeliveries(ofWebhook id: String, now: Int64) throws
    /// Takes every lease back, closing its attempt with `error`: for the process that just took the directory's lock,
    /// since the worker that held the lease is gone. What belongs to a webhook that is no longer active is cancelled.
    func releaseWebhookDeliveries(error: String, now: Int64) throws
    /// Removes finished deliveries that ended before `time`, and of each webhook all but the newest `kept`.
    ///
    /// - Returns: how many were removed.
    func pruneWebhookDeliveries(endedBefore time: Int64, keeping kept: Int) throws -> Int
}
