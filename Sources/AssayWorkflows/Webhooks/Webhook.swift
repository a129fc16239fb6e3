package import AssayTerms

/// A webhook as its administrators see it. Its secret is not part of it: nobody is shown that again.
package struct Webhook: Hashable, Sendable {
    package let id: String
    package let name: Text
    package let description: Text?
    package let url: Text
    /// Sorted.
    package let events: [WebhookEvent]
    package let status: WebhookStatus
    /// Whether its messages are signed.
    package let hasSecret: Bool
    /// Milliseconds since 1970.
    package let creationTime: Int64
    /// Milliseconds since 1970.
    package let lastUpdateTime: Int64
}

/// What a webhook is to be.
package struct NewWebhook: Sendable {
    package var name: Text
    package var description: Text?
    package var url: OutgoingURL
    package var events: [WebhookEvent]
    package var secret: Text?
    package var status: WebhookStatus

    package init(
        name: Text, description: Text? = nil, url: OutgoingURL, events: [WebhookEvent], secret: Text? = nil,
        status: WebhookStatus = .active
    ) {
        self.name = name
        self.description = description
        self.url = url
        self.events = events
        self.secret = secret
        self.status = status
    }
}

/// What of a webhook is to change; `nil` leaves it as it is, empty text takes it away.
package struct WebhookChange: Sendable {
    package var name: Text?
    package var description: Text?
    package var url: OutgoingURL?
    package var events: [WebhookEvent]?
    package var secret: Text?
    package var status: WebhookStatus?

    package init(
        name: Text? = nil, description: Text? = nil, url: OutgoingURL? = nil, events: [WebhookEvent]? = nil,
        secret: Text? = nil, status: WebhookStatus? = nil
    ) {
        self.name = name
        self.description = description
        self.url = url
        self.events = events
        self.secret = secret
        self.status = status
    }
}

/// Through which routes webhooks are looked at.
package enum WebhookView: Sendable {
    /// MLflow's: its clients fail on events that they do not know, so those are not listed there, and webhooks with
    /// no others are not there at all.
    case mlflow
    case all

    func shows(_ event: WebhookEvent) -> Bool {
        switch self {
        case .mlflow: event.isMLflow
        case .all: true
        }
    }
}
