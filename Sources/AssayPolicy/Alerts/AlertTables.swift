import AssayTerms

/// The keys of the document `alerts/v1`.
enum AlertTables {
    static let secretForm = "(env:.+|file:.+|vault:[^/]+/.+#.+)"
    static let durationForm = "[0-9]{1,9}(s|m|h|d)"

    static let rules = FieldTable(
        "the alert rules",
        [
            .init("assay", .word([AlertRules.format]), isRequired: true, "The format of this file."),
            .init("address", .text(limit: OutgoingURL.limit), "Where people reach this server, for links in messages."),
            .init("receivers", .list(.table(receiver), count: 0...200), isRequired: true, "Where alerts are sent to."),
            .init("routes", .list(.table(route), count: 0...500), isRequired: true, "Who is told of which; the first that matches, unless it continues."),
        ])

    static let kinds = ["slack", "pagerduty", "alertmanager", "webhook", "email"]

    private static let common: [FieldTable.Field] = [
        .init("name", .identifier(limit: 64), isRequired: true, "What routes call it."),
        .init("kind", .word(kinds), isRequired: true, "What it is."),
    ]

    /// Every key that any kind has; which belong together, the tables of the kinds say.
    static let receiver = FieldTable("this receiver", common + kinds.flatMap { own(ofKind: $0) }.reduce(into: []) { fields, field in
        if !fields.contains(where: { $0.key == field.key }) { fields.append(field.optional) }
    })

    static func receiver(ofKind kind: String) -> FieldTable {
        FieldTable("a receiver of the kind \(kind)", common + own(ofKind: kind))
    }

    private static func own(ofKind kind: String) -> [FieldTable.Field] {
        switch kind {
        case "slack":
            [.init("url", .form(secretForm, limit: 512), isRequired: true, "Where the address of the incoming webhook stands; it is a secret.")]
        case "pagerduty":
            [
                .init("routing-key", .form(secretForm, limit: 512), isRequired: true, "Where the integration key stands."),
                .init("url", .text(limit: OutgoingURL.limit), "The Events API, if it is not PagerDuty's own."),
            ]
        case "alertmanager":
            [
                .init("url", .text(limit: OutgoingURL.limit), isRequired: true, "The Alertmanager's address, without /api/v2/alerts."),
                .init("token", .form(secretForm, limit: 512), "Where a bearer token stands."),
            ]
        case "webhook":
            [
                .init("url", .text(limit: OutgoingURL.limit), isRequired: true, "The address, or where it stands."),
                .init("secret", .form(secretForm, limit: 512), "Where the secret stands that signs messages."),
            ]
        default:
            [
                .init("host", .text(limit: 253), isRequired: true, "The mail server."),
                .init("port", .integer(1...65_535), "587, with tls 465, plain 25."),
                .init("security", .word(PolicyTables.words(MailServer.Security.self)), "starttls unless said otherwise."),
                .init("from", .text(limit: 254), isRequired: true, "The sender's address."),
                .init("to", .list(.text(limit: 254), count: 1...50), isRequired: true, "Whom it is sent to."),
                .init("user", .text(), "Whom to log in as."),
                .init("password", .form(secretForm, limit: 512), "Where the password stands."),
                .init("ca", .text(limit: 32 << 10, allowsLines: true), "Certificates that are believed beside the system's: their PEM text, or a file at a place of --secret-allow."),
            ]
        }
    }

    static let route = FieldTable(
        "this route",
        [
            .init("match", .table(match), "Which alerts; all without it."),
            .init("to", .list(.text(limit: 64), count: 1...20), isRequired: true, "Names of receivers."),
            .init("continue", .boolean, "Whether later routes are looked at too."),
            .init("group-by", .list(.word(PolicyTables.words(AlertRoute.Grouping.self)), count: 0...4), "What alerts of one message have in common; [model] without it."),
            .init("group-wait", .form(durationForm), "From a group's first alert to its first message; 10s."),
            .init("group-interval", .form(durationForm), "Between messages with something new; 5m."),
            .init("repeat-interval", .form(durationForm), "Between messages with nothing new; 4h."),
            .init("escalate", .list(.table(escalation), count: 1...10), "Who is told too while nobody acknowledges."),
        ])

    static let match = FieldTable(
        "'match'",
        [
            .init("role", .list(.text(limit: 64), count: 1...100), "Any of these is to be told."),
            .init("model", .list(.text(), count: 1...100), "Patterns of the model's name."),
            .init("severity", .list(.word(PolicyTables.words(AlertSeverity.self)), count: 1...3), "Any of these."),
        ])

    static let escalation = FieldTable(
        "this step",
        [
            .init("after", .form(durationForm), isRequired: true, "For how long nobody acknowledged."),
            .init("to", .list(.text(limit: 64), count: 1...20), isRequired: true, "Names of receivers."),
        ])
}

extension FieldTable.Field {
    fileprivate var optional: FieldTable.Field { FieldTable.Field(key, shape, sentence) }
}
