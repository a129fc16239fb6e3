import AssayTerms

extension OpenAPIOperation {
    static let alerts: [Text: OpenAPIOperation] = [
        "POST /alerts/rules": .init("Put alert rules into force: who is told of which alerts.", body: ["rules:string!"]),
        "GET /alerts/rules": .init("The alert rules in force."),
        "GET /alerts": .init("List alerts, the last first.", query: ["state:string", "max_results:integer", "page_token:string"]),
        "POST /alerts/acknowledgement": .init("Take an alert in hand.", body: ["key:string!", "comment:string"]),
        "POST /alerts/resolution": .init("Say that an alert is over which nothing else will end.", body: ["key:string!", "comment:string!"]),
        "GET /alerts/deliveries": .init(
            "What receivers were told, and how each attempt went.",
            query: ["receiver:string", "key:string", "max_results:integer", "page_token:string"]),
        "GET /alerts/silences": .init("List the silences that last."),
        "POST /alerts/silences": .init(
            "Tell nobody of some alerts for a while.",
            body: ["for:string!", "comment:string!", "keys:string[]", "roles:string[]", "models:string[]", "severities:string[]"]),
        "DELETE /alerts/silences/{id}": .init("End a silence."),
        "POST /alerts/test": .init(
            "Send a receiver a made-up message, or raise a made-up alert.",
            body: ["receiver:string", "name:string", "severity:string", "state:string", "model:string", "roles:string[]"]),
    ]
}
