import AssayPolicy
import AssayTerms
import Testing

/// Alert rules are read whole, or every mistake is told where it stands and no secret is repeated.
@Suite struct AlertRulesReaderTests {
    private static let whole = """
        assay: alerts/v1
        address: https://assay.example
        receivers:
          - {name: chat, kind: slack, url: "env:SLACK_URL"}
          - {name: on-call, kind: pagerduty, routing-key: "file:/run/secrets/pd"}
          - {name: am, kind: alertmanager, url: "http://10.0.0.1:9093", token: "vault:kv/am#token"}
          - {name: hook, kind: webhook, url: "https://hooks.example/a", secret: "env:HOOK"}
          - name: mail
            kind: email
            host: smtp.example
            security: tls
            from: assay@example.com
            to: [team@example.com, "boss@example.com"]
            user: assay
            password: env:SMTP
        routes:
          - match: {role: [validator], model: [loan-*], severity: [critical, warning]}
            to: [on-call, am]
            continue: true
            group-by: [severity, model]
            group-wait: 0s
            group-interval: 1m
            repeat-interval: 12h
            escalate:
              - {after: 15m, to: [mail]}
              - {after: 1h, to: [chat]}
          - to: [chat]
        """

    @Test func everyKindAndKey() throws {
        let rules = try AlertRulesReader.read(Array(Self.whole.utf8))
        #expect(rules.receivers.map(\.kind.word) == ["slack", "pagerduty", "alertmanager", "webhook", "email"])
        #expect(rules.address?.host == "assay.example" && rules.receiver(named: "am")?.keepsAlerts == true)
        guard case .mail(let mail)? = rules.receiver(named: "mail")?.kind else { return #expect(Bool(false)) }
        #expect(mail.port == 465 && mail.to == ["team@example.com", "boss@example.com"] && mail.password == "env:SMTP")
        let route = rules.routes[0]
        #expect(route.grouping == [.model, .severity] && route.continues && route.timing.waitMilliseconds == 0)
        #expect(route.escalation.map(\.afterMilliseconds) == [900_000, 3_600_000])
        #expect(rules.routes[1].grouping == [.model] && rules.routes[1].timing == .standard)
    }

    private static let mistakes: [(text: String, problems: [String])] = [
        ("", ["1:1: the file of alert rules is empty"]),
        ("assay: alerts/v2\nreceivers: []\nroutes: []", ["1:8: 'assay' is 'alerts/v1', the format this program reads, not 'alerts/v2'"]),
        ("assay: alerts/v1", ["1:1: the alert rules needs 'receivers'", "1:1: the alert rules needs 'routes'"]),
        (
            "assay: alerts/v1\nreceivers:\n  - {name: a, kind: slak, url: \"https://hooks.slack.com/services/T0/B0/SECRET\"}\nroutes: []",
            ["3:21: 'kind' cannot be 'slak'; is it 'slack'?"]
        ),
        (
            "assay: alerts/v1\nreceivers:\n  - {name: a, kind: slack, url: \"https://hooks.slack.com/services/T0/B0/SECRET\"}\nroutes: []",
            ["3:33: 'url' is secret, so it is named and not written here: env:NAME, file:PATH or vault:MOUNT/PATH#FIELD; what stands here is none of these"]
        ),
        (
            "assay: alerts/v1\nreceivers:\n  - {name: a, kind: pagerduty, url: \"https://x.example\"}\nroutes: []",
            ["3:5: a receiver of the kind pagerduty needs 'routing-key'"]
        ),
        (
            "assay: alerts/v1\nreceivers:\n  - {name: a, kind: webhook, url: \"https://user:pw@x.example\"}\nroutes: []",
            ["3:35: 'url' is no address that can be used: it names a user; what is secret belongs into the webhook's secret, which nobody is shown"]
        ),
        (
            "assay: alerts/v1\nreceivers:\n  - {name: a, kind: webhook, url: \"https://x.example\", token: \"env:A\"}\nroutes: []",
            ["3:57: a receiver of the kind webhook has no key 'token'; it has name, kind, url, secret"]
        ),
        (
            "assay: alerts/v1\nreceivers:\n  - {name: a, kind: webhook, url: \"https://x.example\"}\n  - {name: a, kind: webhook, url: \"https://y.example\"}\nroutes:\n  - {to: [b]}\n  - {to: []}",
            [
                "4:5: there is a receiver 'a' already", "6:10: there is no receiver 'b'; write it under 'receivers'",
                "7:6: 'to' is an empty list",
            ]
        ),
        (
            "assay: alerts/v1\nreceivers:\n  - {name: a, kind: email, host: \"x:25/y\", security: plain, from: \"A <a@b>\", to: [\"a@b\"], user: u, password: \"env:P\"}\nroutes: []",
            [
                "3:32: 'host' is the name or address of a mail server, without port or path, not 'x:25/y'",
                "3:65: 'from' is an address such as team@example.com, without a name, not 'A <a@b>'",
            ]
        ),
        (
            "assay: alerts/v1\nreceivers: [{name: a, kind: webhook, url: \"https://x.example\"}]\nroutes:\n  - {to: [a], group-wait: soon, group-interval: 0s, repeat-interval: 366d, group-by: [model, model, host]}",
            [
                "4:27: 'group-wait' is a whole number of s, m, h or d of at most 365 days, such as 30s or 4h; 'soon' is not",
                "4:49: 'group-interval' is a whole number of s, m, h or d of at most 365 days, such as 30s or 4h, and not 0; '0s' is not",
                "4:70: 'repeat-interval' is a whole number of s, m, h or d of at most 365 days, such as 30s or 4h, and not 0; '366d' is not",
                "4:94: 'model' stands in 'group-by' twice",
            ]
        ),
        (
            "assay: alerts/v1\nreceivers: [{name: a, kind: webhook, url: \"https://x.example\"}]\nroutes:\n  - to: [a]\n    escalate: [{after: 2h, to: [a]}, {after: 1h, to: [a]}]\n    match: {severity: [fatal]}",
            ["5:39: steps stand in the order of their times, each later than the one before"]
        ),
    ]

    @Test(arguments: mistakes.indices)
    func mistakesAreToldWhereTheyStand(_ index: Int) throws {
        let (text, expected) = Self.mistakes[index]
        let error = #expect(throws: PolicyProblems.self) { try AlertRulesReader.read(Array(text.utf8)) }
        let lines = (error?.problems ?? []).map { "\($0.position): \($0.message)" }
        for line in expected { #expect(lines.contains(line), "\(line) in \(lines)") }
        for line in lines { #expect(!line.contains("SECRET") && !line.contains("user:pw"), "\(line)") }
    }
}
