import AssayJSON
import AssayStore
import AssayTerms
import AssayWire
package import AssayWorkflows

/// Webhooks with every event there is, and the history of their deliveries, under `/api/assay/v1`.
package func webhookRoutes(_ useCases: UseCases) -> [Route] {
    (managementRoutes(useCases) + deliveryRoutes(useCases)).map { $0.prefixed("/api/assay/v1") }
}

private func managementRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/webhooks", .administer) { exchange in
            let fields = try exchange.fields()
            let new = try NewWebhook(
                fields, name: try fields.requiredText("name"), url: try fields.requiredText("url"),
                events: try WebhookRules.events(fields))
            let webhook = try await useCases.createWebhook(new, by: exchange.principal)
            return .json(JSONValue.object(["webhook": json(webhook)]).bytes(), status: 201)
        },
        Route("GET", "/webhooks", .administer) { exchange in
            let request = try NewestFirstRequest(exchange.fields(), list: ["all-webhooks"])
            let page = try await useCases.webhooks(after: request.after, limit: request.limit, in: .all, by: exchange.principal)
            return .json(list("webhooks", page.items.map(json), next: request.token(page.next)))
        },
        Route("GET", "/webhooks/{webhook_id}", .administer) { exchange in
            .json(["webhook": json(try await useCases.webhook(id: id(exchange), in: .all, by: exchange.principal))])
        },
        Route("PATCH", "/webhooks/{webhook_id}", .administer) { exchange in
            let fields = try exchange.fields()
            let events = try WebhookRules.events(fields)
            return .json(["webhook": json(try await update(useCases, exchange, fields, events: events, in: .all))])
        },
        Route("DELETE", "/webhooks/{webhook_id}", .administer, body: Route.BodyRule.none) { exchange in
            try await useCases.deleteWebhook(id: id(exchange), in: .all, by: exchange.principal)
            return .nothing
        },
        Route("POST", "/webhooks/{webhook_id}/test", .administer) { exchange in
            let event = try exchange.fields().text("event").map { (text) throws(AssayError) in try WebhookRules.event(text) }
            return answer(try await useCases.testWebhook(id: id(exchange), event: event, in: .all, by: exchange.principal))
        },
    ]
}

private func deliveryRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("GET", "/webhooks/{webhook_id}/deliveries", .administer) { exchange in
            let webhook = id(exchange)
            let request = try NewestFirstRequest(exchange.fields(), list: ["deliveries", Text(webhook)])
            let page = try await useCases.webhookDeliveries(
                ofWebhook: webhook, after: request.after, limit: request.limit, by: exchange.principal)
            return .json(list("deliveries", page.items.map(json), next: request.token(page.next)))
        },
    ]
}

private func list(_ name: String, _ items: [JSONValue], next: Text?) -> JSONValue {
    [name: .array(items), "next_page_token": next.map { .string($0.string) } ?? .null]
}

private func json(_ webhook: Webhook) -> JSONValue {
    [
        "id": .string(webhook.id), "name": .string(webhook.name.string),
        "description": webhook.description.map { .string($0.string) } ?? .null, "url": .string(webhook.url.string),
        "events": .array(webhook.events.map { .string($0.rawValue) }), "status": .string(webhook.status.rawValue),
        "signed": .bool(webhook.hasSecret), "created_ms": .integer(webhook.creationTime),
        "updated_ms": .integer(webhook.lastUpdateTime),
    ]
}

private func json(_ item: UseCases.NamedDelivery) -> JSONValue {
    let delivery = item.delivery
    return [
        "id": .string(delivery.id), "event": .string(delivery.event.rawValue), "state": .string(delivery.state.rawValue),
        "entry": .string(delivery.entryID), "actor_id": .string(delivery.actorID),
        "actor": item.actorName.map { .string($0.string) } ?? .null,
        "created_ms": .integer(delivery.createdMilliseconds),
        "due_ms": delivery.state == .queued ? .integer(delivery.dueMilliseconds) : .null,
        "finished_ms": optional(delivery.finishedMilliseconds),
        "attempts": .array(
            delivery.attempts.map { attempt in
                [
                    "number": .integer(Int64(attempt.number)), "started_ms": .integer(attempt.startedMilliseconds),
                    "finished_ms": optional(attempt.finishedMilliseconds),
                    "status": optional(attempt.status.map(Int64.init)), "error": attempt.error.map { .string($0) } ?? .null,
                ]
            }),
    ]
}

private func optional(_ number: Int64?) -> JSONValue { number.map { .integer($0) } ?? .null }
