import AssayJSON
import AssayTerms
import AssayWire
import AssayWorkflows

/// MLflow's webhooks, without prefix. As with MLflow's own authentication on, they are an administrator's.
func mlflowWebhookRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/mlflow/webhooks", .administer) { exchange in
            let fields = try exchange.fields()
            let (name, url) = (try fields.requiredText("name"), try fields.requiredText("url"))
            guard try fields.has("events") else { throw RequestFields.missing("events") }
            let events = try WebhookRules.mlflowEvents(fields)
            let new = try NewWebhook(fields, name: name, url: url, events: events)
            return answer(try await useCases.createWebhook(new, by: exchange.principal))
        },
        Route("GET", "/mlflow/webhooks", .administer) { exchange in
            let request = try NewestFirstRequest(exchange.fields(), list: ["webhooks"])
            let page = try await useCases.webhooks(
                after: request.after, limit: request.limit, in: .mlflow, by: exchange.principal)
            return .json(TrackingAnswers.list("webhooks", page.items.map(json), next: request.token(page.next)))
        },
        Route("GET", "/mlflow/webhooks/{webhook_id}", .administer) { exchange in
            answer(try await useCases.webhook(id: id(exchange), in: .mlflow, by: exchange.principal))
        },
        Route("PATCH", "/mlflow/webhooks/{webhook_id}", .administer) { exchange in
            let fields = try exchange.fields()
            let events = try WebhookRules.mlflowEvents(fields)
            return answer(try await update(useCases, exchange, fields, events: events, in: .mlflow))
        },
        Route("DELETE", "/mlflow/webhooks/{webhook_id}", .administer, body: Route.BodyRule.none) { exchange in
            try await useCases.deleteWebhook(id: id(exchange), in: .mlflow, by: exchange.principal)
            return .nothing
        },
        Route("POST", "/mlflow/webhooks/{webhook_id}/test", .administer) { exchange in
            let event = try exchange.fields().object("event").map { (fields) throws(AssayError) in try WebhookRules.mlflowEvent(fields) }
            return answer(
                try await useCases.testWebhook(id: id(exchange), event: event, in: .mlflow, by: exchange.principal))
        },
    ]
}

private func answer(_ webhook: Webhook) -> Reply { .json(["webhook": json(webhook)]) }

private func json(_ webhook: Webhook) -> JSONValue {
    WebhookAnswers.webhook(
        id: webhook.id, name: webhook.name, description: webhook.description, url: webhook.url, events: webhook.events,
        status: webhook.status, creationTime: webhook.creationTime, lastUpdateTime: webhook.lastUpdateTime)
}

// MARK: - Shared with our own routes

func answer(_ test: UseCases.WebhookTest) -> Reply {
    .json([
        "result": WebhookAnswers.testResult(
            succeeded: test.succeeded, status: test.status, body: test.body, error: test.error)
    ])
}

func id(_ exchange: Exchange) -> String { exchange.parameter("webhook_id").string }

/// A webhook's change. As in MLflow its fields are read first, then the webhook is looked for, then the values are judged;
/// an empty name, address or list is the same as none.
func update(
    _ useCases: UseCases, _ exchange: Exchange, _ fields: RequestFields, events: [WebhookEvent], in view: WebhookView
) async throws -> Webhook {
    let (name, url) = (try fields.text("name"), try fields.text("url"))
    var change = WebhookChange(
        description: try WebhookRules.description(fields), events: events.isEmpty ? nil : events,
        secret: try WebhookRules.secret(fields), status: try WebhookRules.status(fields))
    _ = try await useCases.webhook(id: id(exchange), in: view, by: exchange.principal)
    if let name, !name.isEmpty {
        try WebhookRules.name(name)
        change.name = name
    }
    if let url, !url.isEmpty { change.url = try WebhookRules.url(url) }
    return try await useCases.updateWebhook(id: id(exchange), change, in: view, by: exchange.principal)
}

extension NewWebhook {
    init(_ fields: RequestFields, name: Text, url: Text, events: [WebhookEvent]) throws(AssayError) {
        try WebhookRules.name(name)
        let parsed = try WebhookRules.url(url)
        try WebhookRules.isNotEmpty(events)
        self.init(
            name: name, description: try WebhookRules.description(fields), url: parsed, events: events,
            secret: try WebhookRules.secret(fields), status: try WebhookRules.status(fields) ?? .active)
    }
}
