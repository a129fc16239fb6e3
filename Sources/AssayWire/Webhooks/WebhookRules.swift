package import AssayTerms

/// What MLflow's webhooks accept, with its words for what they do not (MLflow 3.17.2, `mlflow/utils/validation.py`).
package enum WebhookRules {
    private static let secretLimit = 1_000
    private static let descriptionLimit = 5_000

    /// 1 to 63 letters, digits, dots, dashes and underscores, a letter or digit at either end.
    package static func name(_ name: Text) throws(AssayError) {
        let scalars = name.string.unicodeScalars
        let isName =
            (1...63).contains(scalars.count) && isAlphanumeric(scalars.first) && isAlphanumeric(scalars.last)
            && scalars.allSatisfy { isAlphanumeric($0) || "._-".unicodeScalars.contains($0) }
        guard isName else {
            throw AssayError(
                .invalidArgument,
                """
                Webhook name \(WireText.pythonRepr(name)) is invalid. It must start and end with a letter or digit, be less than \
                63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).
                """)
        }
    }

    private static func isAlphanumeric(_ scalar: Unicode.Scalar?) -> Bool {
        switch scalar {
        case ("a"..."z")?, ("A"..."Z")?, ("0"..."9")?: true
        // Python's a-z, case ignored, takes these four too.
        case "\u{130}"?, "\u{131}"?, "\u{17F}"?, "\u{212A}"?: true
        default: false
        }
    }

    /// An address that requests can be sent to. Whether they may go there is judged where they are sent from.
    package static func url(_ text: Text) throws(AssayError) -> OutgoingURL {
        do {
            return try OutgoingURL(text)
        } catch {
            throw AssayError(.invalidArgument, message(error, text))
        }
    }

    private static func message(_ problem: OutgoingURL.Problem, _ text: Text) -> String {
        let repr = WireText.pythonRepr(text)
        return switch problem {
        case .blank: "Webhook URL cannot be empty or just whitespace: \(repr)"
        case .scheme(let scheme):
            "Invalid webhook URL scheme: \(WireText.pythonRepr(Text(scheme))). Allowed schemes are: https."
        case .noHost: "Webhook URL must include a hostname: \(repr)"
        case .brackets: "Invalid webhook URL \(repr): ValueError('Invalid IPv6 URL')"
        case .malformed(let why): "Invalid webhook URL: \(why)."
        }
    }

    package static func secret(_ fields: RequestFields) throws(AssayError) -> Text? {
        try limited(fields, "secret", secretLimit)
    }

    package static func description(_ fields: RequestFields) throws(AssayError) -> Text? {
        try limited(fields, "description", descriptionLimit)
    }

    private static func limited(_ fields: RequestFields, _ field: String, _ limit: Int) throws(AssayError) -> Text? {
        let text = try fields.text(field)
        guard text?.utf8Count ?? 0 <= limit else {
            throw AssayError(.invalidArgument, "Invalid value for parameter '\(field)' supplied: it has more than \(limit) bytes.")
        }
        return text
    }

    /// By name, or by the number that protobuf gives it.
    package static func status(_ fields: RequestFields) throws(AssayError) -> WebhookStatus? {
        guard try fields.has("status") else { return nil }
        let word = try word(fields, "status", ["ACTIVE", "DISABLED"])
        return WebhookStatus(rawValue: word)
    }

    package static func isNotEmpty(_ events: [WebhookEvent]) throws(AssayError) {
        guard !events.isEmpty else {
            throw AssayError(.invalidArgument, "Webhook events must be a non-empty list of WebhookEvent objects: [].")
        }
    }

    // MARK: - Events

    /// Events in MLflow's form, `{"entity": "MODEL_VERSION", "action": "CREATED"}`.
    package static func mlflowEvents(_ fields: RequestFields) throws(AssayError) -> [WebhookEvent] {
        var events: [WebhookEvent] = []
        for object in try fields.objects("events") { events.append(try mlflowEvent(object)) }
        return try distinct(events)
    }

    package static func mlflowEvent(_ fields: RequestFields) throws(AssayError) -> WebhookEvent {
        let entity = try word(fields, "entity", entities).lowercased()
        let action = try word(fields, "action", actions).lowercased()
        guard let event = WebhookEvent(rawValue: "\(entity).\(action)"), event.isMLflow else {
            let valid = WebhookEvent.allCases.filter { $0.isMLflow && $0.entity == entity }.map { "'\($0.action)'" }.sorted()
            throw AssayError(
                .invalidArgument,
                "Invalid action '\(action)' for entity '\(entity)'. Valid actions are: [\(valid.joined(separator: ", "))]")
        }
        return event
    }

    /// Events in our own form, `["model_version.created", …]`.
    package static func events(_ fields: RequestFields) throws(AssayError) -> [WebhookEvent] {
        var events: [WebhookEvent] = []
        for text in try fields.texts("events") { events.append(try event(text)) }
        return try distinct(events)
    }

    package static func event(_ text: Text) throws(AssayError) -> WebhookEvent {
        guard let event = WebhookEvent(rawValue: text.string) else {
            let known = WebhookEvent.allCases.sorted().map(\.rawValue).joined(separator: ", ")
            throw AssayError(.invalidArgument, "There is no event '\(text)'. The events are \(known).")
        }
        return event
    }

    private static func distinct(_ events: [WebhookEvent]) throws(AssayError) -> [WebhookEvent] {
        var seen: Set<WebhookEvent> = []
        for event in events where !seen.insert(event).inserted {
            throw AssayError(.invalidArgument, "The event '\(event.rawValue)' is named twice.")
        }
        return events
    }

    /// In the order of protobuf's numbers, from 1.
    private static let entities = [
        "REGISTERED_MODEL", "MODEL_VERSION", "MODEL_VERSION_TAG", "MODEL_VERSION_ALIAS", "PROMPT", "PROMPT_VERSION",
        "PROMPT_TAG", "PROMPT_VERSION_TAG", "PROMPT_ALIAS", "BUDGET_POLICY",
    ]
    private static let actions = ["CREATED", "UPDATED", "DELETED", "SET", "EXCEEDED"]

    /// One of `words`, by name or by number.
    private static func word(_ fields: RequestFields, _ field: String, _ words: [String]) throws(AssayError) -> String {
        if let number = try? fields.integer(field) {
            guard (1...Int64(words.count)).contains(number) else { throw unknown(fields.name(field), String(number), words) }
            return words[Int(number) - 1]
        }
        let text = try fields.requiredText(field)
        guard words.contains(text.string) else { throw unknown(fields.name(field), WireText.quoted(text), words) }
        return text.string
    }

    private static func unknown(_ name: String, _ value: String, _ words: [String]) -> AssayError {
        AssayError(
            .invalidArgument,
            "Invalid value \(value) for parameter '\(name)' supplied: it must be one of \(words.joined(separator: ", ")).")
    }
}
