import AssayTerms
import AssayWire
import Testing

/// The words are those that a server of MLflow 3.17.2 answered to the same requests.
@Suite struct WebhookRulesTests {
    private func message(_ body: () throws -> Void) throws -> String {
        do {
            try body()
            return ""
        } catch let error as AssayError {
            #expect(error.code == .invalidArgument)
            return error.message
        }
    }

    @Test(arguments: [
        "a", "0", "a.b_c-d", "AZ9", String(repeating: "a", count: 63), "\u{17F}", "K\u{212A}",
    ])
    func names(_ name: String) throws { try WebhookRules.name(Text(name)) }

    @Test(arguments: [
        ("", "''"), ("-a", "'-a'"), ("a.", "'a.'"), ("a b", "'a b'"), ("a\n", "'a\\n'"), ("a'b", "\"a'b\""), ("ä", "'ä'"),
        ("a\u{1}\\'\"", "'a\\x01\\\\\\'\"'"),
    ])
    func notNames(_ name: String, _ repr: String) throws {
        #expect(
            try message { try WebhookRules.name(Text(name)) }
                == """
                Webhook name \(repr) is invalid. It must start and end with a letter or digit, be less than 63 characters long, \
                and contain only letters, digits, dots (.), underscores (_), and hyphens (-).
                """)
    }

    @Test(arguments: [
        ("   ", "Webhook URL cannot be empty or just whitespace: '   '"),
        ("ftp://example.com", "Invalid webhook URL scheme: 'ftp'. Allowed schemes are: https."),
        ("example.com", "Invalid webhook URL scheme: ''. Allowed schemes are: https."),
        ("https://", "Webhook URL must include a hostname: 'https://'"),
        ("https://[::1", "Invalid webhook URL 'https://[::1': ValueError('Invalid IPv6 URL')"),
    ])
    func addresses(_ url: String, _ words: String) throws {
        #expect(try message { _ = try WebhookRules.url(Text(url)) } == words)
    }

    private func events(_ json: String) throws -> [WebhookEvent] {
        try WebhookRules.mlflowEvents(RequestFields(body: Array(#"{"events":\#(json)}"#.utf8)))
    }

    @Test func eventsByNameAndByNumber() throws {
        #expect(
            try events(#"[{"entity":"MODEL_VERSION_TAG","action":"SET"},{"entity":2,"action":1},{"entity":"10","action":"5"}]"#)
                == [.modelVersionTagSet, .modelVersionCreated, .budgetPolicyExceeded])
        #expect(try events("[]") == [])
    }

    @Test(arguments: [
        (
            #"[{"entity":"MODEL_VERSION","action":"DELETED"}]"#,
            "Invalid action 'deleted' for entity 'model_version'. Valid actions are: ['created']"
        ),
        (
            #"[{"entity":"PROMPT_TAG","action":"CREATED"}]"#,
            "Invalid action 'created' for entity 'prompt_tag'. Valid actions are: ['deleted', 'set']"
        ),
        (
            #"[{"entity":"GATE","action":"CREATED"}]"#,
            """
            Invalid value "GATE" for parameter 'events[0].entity' supplied: it must be one of REGISTERED_MODEL, MODEL_VERSION, \
            MODEL_VERSION_TAG, MODEL_VERSION_ALIAS, PROMPT, PROMPT_VERSION, PROMPT_TAG, PROMPT_VERSION_TAG, PROMPT_ALIAS, \
            BUDGET_POLICY.
            """
        ),
        (
            #"[{"entity":1,"action":0}]"#,
            """
            Invalid value 0 for parameter 'events[0].action' supplied: it must be one of CREATED, UPDATED, DELETED, SET, \
            EXCEEDED.
            """
        ),
        (
            #"[{"entity":1}]"#,
            "Missing value for required parameter 'events[0].action'. See the API docs for more information about request parameters."
        ),
        (
            #"{}"#,
            "Invalid value {} for parameter 'events' supplied:  Hint: Value was of type 'dict'. See the API docs for more information about request parameters."
        ),
        (#"[{"entity":1,"action":1},{"entity":1,"action":1}]"#, "The event 'registered_model.created' is named twice."),
    ])
    func notEvents(_ json: String, _ words: String) throws {
        #expect(try message { _ = try events(json) } == words)
    }

    @Test func everyEventOfOursHasOneName() throws {
        for event in WebhookEvent.allCases {
            #expect(try WebhookRules.event(Text(event.rawValue)) == event)
            #expect("\(event.entity).\(event.action)" == event.rawValue)
        }
        #expect(try message { _ = try WebhookRules.event("gate.opened") }.contains("gate.allowed, gate.refused"))
    }
}
