package import AssayTerms

/// Where alerts are sent to. Whatever is secret is a reference: `env:NAME`, `file:PATH`, `vault:MOUNT/PATH#FIELD`.
package struct AlertReceiver: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// An incoming webhook, whose address is its secret.
        case slack(url: Address)
        /// Events API v2.
        case pagerDuty(url: Address, routingKey: Text)
        /// `POST /api/v2/alerts` of an Alertmanager, with a bearer token if it asks for one.
        case alertmanager(url: Address, token: Text?)
        /// Alertmanager's webhook payload, version 4, signed as our webhooks are if there is a secret.
        case webhook(url: Address, secret: Text?)
        case mail(MailServer)

        /// As rules write it.
        package var word: String {
            switch self {
            case .slack: "slack"
            case .pagerDuty: "pagerduty"
            case .alertmanager: "alertmanager"
            case .webhook: "webhook"
            case .mail: "email"
            }
        }
    }

    /// A URL as it is written, or a reference to one.
    package enum Address: Hashable, Sendable {
        case plain(OutgoingURL)
        case secret(Text)

        fileprivate var reference: [Text] {
            if case .secret(let reference) = self { [reference] } else { [] }
        }
    }

    package var name: Text
    package var kind: Kind

    package init(name: Text, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Where whatever is secret of it stands.
    package var secrets: [Text] {
        switch kind {
        case .slack(let url): url.reference
        case .pagerDuty(let url, let key): url.reference + [key]
        case .alertmanager(let url, let secret), .webhook(let url, let secret): url.reference + (secret.map { [$0] } ?? [])
        case .mail(let mail): mail.password.map { [$0] } ?? []
        }
    }

    /// Whether something stays open there until it is told that it is over.
    package var keepsIncidents: Bool {
        switch kind {
        case .alertmanager, .pagerDuty: true
        case .slack, .webhook, .mail: false
        }
    }

    /// Whether it keeps alerts itself and forgets those it does not hear of again, so that repeats are no reminders to people.
    package var keepsAlerts: Bool {
        if case .alertmanager = kind { true } else { false }
    }
}
