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
        case mail(Mail)

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
    }

    package struct Mail: Hashable, Sendable {
        package enum Security: String, Sendable, CaseIterable {
            /// TLS after STARTTLS, or nothing is sent.
            case starttls
            /// TLS from the first byte.
            case tls
            /// No TLS; only to addresses that the server was started with.
            case plain
        }

        package var host: String
        package var port: Int
        package var security: Security
        package var from: Text
        package var to: [Text]
        package var user: Text?
        package var password: Text?
        /// A file of certificates that are believed beside the system's.
        package var authorities: Text?

        package init(
            host: String, port: Int, security: Security, from: Text, to: [Text], user: Text? = nil, password: Text? = nil,
            authorities: Text? = nil
        ) {
            self.host = host
            self.port = port
            self.security = security
            self.from = from
            self.to = to
            self.user = user
            self.password = password
            self.authorities = authorities
        }
    }

    package var name: Text
    package var kind: Kind

    package init(name: Text, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Whether it keeps alerts itself and forgets those it does not hear of again, so that repeats are no reminders to people.
    package var keepsAlerts: Bool {
        if case .alertmanager = kind { true } else { false }
    }
}
