import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Alerts when something is not as it should be: mailboxes that are full, receivers that are away, rules that change, clocks that were ahead.
@Suite struct AlertTroubleTests {
    private static let hour: Int64 = 3_600_000

    private struct Bench {
        let house: House
        let root: Principal
        let mail: FakeMail
        var useCases: UseCases {
            var useCases = house.useCases
            useCases.mail = mail
            return useCases
        }
        var worker: AlertWorker { AlertWorker(useCases: useCases) }

        func apply(_ routes: String) async throws {
            let text = """
                assay: alerts/v1
                receivers:
                  - {name: hook, kind: webhook, url: "https://hook.example/"}
                  - {name: am, kind: alertmanager, url: "https://am.example/"}
                  - {name: boss, kind: webhook, url: "https://boss.example/"}
                  - {name: mail, kind: email, host: smtp.example, from: a@x, to: [b@x, full@x, c@x]}
                routes:

                """
            _ = try await useCases.applyAlertRules(Array((text + routes).utf8), by: root)
        }

        @discardableResult
        func signal(_ key: Text, _ state: AlertState = .firing, _ severity: AlertSeverity = .warning) async throws -> AlertEffect {
            let cases = useCases
            let signal = try AlertSignal(key: key, severity: severity, state: state, title: "t", modelID: "", modelName: "")
            return try await cases.store.write { try cases.signal(signal, in: $0) }
        }

        /// One round of the worker: hosts and bodies of what went out over HTTP.
        @discardableResult
        func round() async throws -> [(host: String, body: JSONValue)] {
            let before = house.outgoing.sent.count
            while try await worker.look() {}
            for name: Text in ["hook", "am", "boss", "mail"] { while try await worker.sendNext(toReceiver: name) {} }
            return try house.outgoing.sent.dropFirst(before).map { ($0.url.host, try JSONValue(parsing: $0.message.body)) }
        }

        func deliveries(_ receiver: Text) async throws -> [AlertDeliveryRecord] {
            try await useCases.alertDeliveries(receiver: receiver, key: nil, after: nil, limit: 999, by: root).items
        }
    }

    private func with(_ routes: String, _ body: (Bench) async throws -> Void) async throws {
        try await House.with { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            let bench = Bench(house: house, root: root, mail: FakeMail())
            try await bench.apply(routes)
            try await body(bench)
        }
    }

    private static let toMail = "  - {to: [mail], group-by: [], group-wait: 0s, group-interval: 1m, repeat-interval: 30d}"
    private static let toHook = "  - {to: [hook], group-by: [], group-wait: 0s, group-interval: 1m, repeat-interval: 1h}"
    private static let toAlertmanager = "  - {to: [am], group-by: [], group-wait: 0s, group-interval: 1m, repeat-interval: 1h}"

    // MARK: - Mail

    @Test func aFullMailboxIsTriedAgainAloneAndTheOthersHaveOneMail() async throws {
        try await with(Self.toMail) { bench in
            bench.mail.answer([.partly(reached: ["b@x", "c@x"], 452)] + Array(repeating: .refused(452), count: 20))
            try await bench.signal("a")
            for _ in 0..<120 {
                try await bench.round()
                bench.house.advance(milliseconds: 60_000)
            }
            let sent = bench.mail.sent
            #expect(sent.map(\.to) == [["b@x", "full@x", "c@x"]] + Array(repeating: ["full@x"], count: RetrySchedule.attemptLimit - 1))
            #expect(Set(sent.map(\.message)).count == 1)
            let kept = try await bench.deliveries("mail")
            #expect(kept.map(\.state) == [.delivered] && kept[0].reached == ["b@x", "c@x"])
        }
    }

    @Test func whoIsReachedLaterEndsIt() async throws {
        try await with(Self.toMail) { bench in
            bench.mail.answer([.partly(reached: ["b@x"], 450), .partly(reached: ["c@x"], 450), .accepted])
            try await bench.signal("a")
            for _ in 0..<20 {
                try await bench.round()
                bench.house.advance(milliseconds: 60_000)
            }
            #expect(bench.mail.sent.map(\.to) == [["b@x", "full@x", "c@x"], ["full@x", "c@x"], ["full@x"]])
        }
    }

    // MARK: - Receivers that are away

    @Test func nothingPilesUpBehindWhatCannotBeDelivered() async throws {
        try await with(Self.toHook) { bench in
            bench.house.outgoing.answer(statuses: 503)
            try await bench.signal("a")
            for hour in 0..<48 {
                if hour == 20 { try await bench.signal("b") }
                if hour == 21 { try await bench.signal("b", .firing, .critical) }
                try await bench.round()
                #expect(try await bench.deliveries("hook").filter { !$0.state.isFinished }.count <= 2)
                bench.house.advance(milliseconds: Self.hour)
            }
            bench.house.outgoing.answer(statuses: 200)
            var told: [JSONValue] = []
            for _ in 0..<30 {
                told += try await bench.round().map(\.body)
                bench.house.advance(milliseconds: 60_000)
            }
            #expect(told.count <= 2 && told.last?["alerts"]?.array?.count == 2)
        }
    }

    @Test func newsGoesIntoAMessageThatWasNotTried() async throws {
        try await with(Self.toHook) { bench in
            try await bench.signal("a")
            while try await bench.worker.look() {}
            bench.house.advance(milliseconds: 60_000)
            try await bench.signal("b")
            try await bench.signal("a", .firing, .critical)
            while try await bench.worker.look() {}
            let kept = try await bench.deliveries("hook")
            #expect(kept.count == 1 && kept[0].said.map(\.key) == ["a", "b"] && kept[0].said.map(\.severity) == [.critical, .warning])
            #expect(try await bench.round().count == 1)
            bench.house.advance(milliseconds: 600_000)
            #expect(try await bench.round().isEmpty)
        }
    }

    // MARK: - Rules that change

    @Test func whoIsNoLongerChosenIsNotRemindedAndWhatStaysOpenThereIsEnded() async throws {
        try await with("  - {to: [am, hook], group-by: [], group-wait: 0s, group-interval: 1m, repeat-interval: 1h}") { bench in
            try await bench.signal("a")
            #expect(try await bench.round().map(\.host).sorted() == ["am.example", "hook.example"])
            try await bench.apply("  - {to: [boss], group-by: [], group-wait: 0s, repeat-interval: 1h}")
            bench.house.advance(milliseconds: 60_000)
            let told = try await bench.round()
            #expect(told.map(\.host) == ["am.example", "boss.example"])
            let end = try #require(told.first?.body.array?.first?["endsAt"]?.string)
            let start = try #require(told.first?.body.array?.first?["startsAt"]?.string)
            #expect(end > start && told.last?.body["status"] == "firing")
            bench.house.advance(milliseconds: Self.hour)
            #expect(try await bench.round().map(\.host) == ["boss.example"])
            // Chosen again, it is told again.
            try await bench.apply(Self.toAlertmanager)
            bench.house.advance(milliseconds: 60_000)
            #expect(try await bench.round().map(\.host) == ["am.example"])
            #expect(try await bench.useCases.alert(key: "a").record.state == .firing)
        }
    }

    @Test func newRulesEscalateWhatFiresAlready() async throws {
        try await with(Self.toHook) { bench in
            try await bench.signal("a")
            try await bench.signal("mine")
            try await bench.round()
            try await bench.useCases.acknowledgeAlert(key: "mine", comment: "", by: bench.root)
            try await bench.apply(Self.toHook.replacing("1h}", with: "30d, escalate: [{after: 15m, to: [boss]}]}"))
            bench.house.advance(milliseconds: 14 * 60_000)
            #expect(try await bench.round().isEmpty)
            bench.house.advance(milliseconds: 60_000)
            let told = try await bench.round()
            #expect(told.map(\.host) == ["boss.example"])
            #expect(told.first?.body["alerts"]?.array?.map { $0["labels"]?["alert"] } == ["a"])
            // The same step in other rules tells nobody twice.
            try await bench.apply(Self.toHook.replacing("1h}", with: "31d, escalate: [{after: 16m, to: [boss]}]}"))
            bench.house.advance(milliseconds: 30 * 60_000)
            #expect(try await bench.round().isEmpty)
        }
    }

    // MARK: - Silences and clocks

    @Test func aSilenceEndsNothingWhereAlertsAreKept() async throws {
        try await with(Self.toAlertmanager) { bench in
            try await bench.signal("a")
            try await bench.round()
            _ = try await bench.useCases.silenceAlerts(AlertMatch(keys: ["a"]), milliseconds: 24 * Self.hour, comment: "c", by: bench.root)
            try await bench.signal("a", .firing, .critical)
            for _ in 0..<5 {
                bench.house.advance(milliseconds: Self.hour)
                let alerts = try await bench.round().flatMap { $0.body.array ?? [] }
                #expect(alerts.count == 1 && alerts.first?["labels"]?["severity"] == "warning")
            }
        }
    }

    @Test func aClockThatWasAheadHoldsNothingBack() async throws {
        try await with(Self.toHook.replacing("1h}", with: "1h, escalate: [{after: 15m, to: [boss]}]}")) { bench in
            let ahead: Int64 = 20 * 365 * 24 * Self.hour
            bench.house.advance(milliseconds: ahead)
            try await bench.signal("a")
            #expect(try await bench.round().count == 1)
            bench.house.outgoing.answer(statuses: 503)
            bench.house.advance(milliseconds: 60_000)
            try await bench.signal("b")
            try await bench.round()
            bench.house.outgoing.answer(statuses: 200)
            bench.house.advance(milliseconds: -ahead)
            // What waited for its next attempt, and the step.
            #expect(Set(try await bench.round().map(\.host)) == ["hook.example", "boss.example"])
            // The message that waited was about this moment; the group's interval counts from it.
            bench.house.advance(milliseconds: 60_000)
            try await bench.signal("c")
            #expect(try await bench.round().contains { $0.host == "hook.example" })
            bench.house.advance(milliseconds: Self.hour)
            #expect(try await bench.round().filter { $0.host == "hook.example" }.count == 1)
        }
    }

    // MARK: - Ends by hand

    @Test func anAdministratorEndsWhatNothingElseWill() async throws {
        try await with(Self.toHook) { bench in
            try await bench.signal("a")
            try await bench.round()
            let vera = Principal(userID: String(repeating: "b", count: 32), name: "Vera", roles: [.validator])
            _ = await refusal(.permissionDenied) { try await bench.useCases.resolveAlert(key: "a", comment: "gone", by: vera) }
            _ = await refusal(.invalidArgument) { try await bench.useCases.resolveAlert(key: "a", comment: "", by: bench.root) }
            _ = await refusal(.notFound) { try await bench.useCases.resolveAlert(key: "none", comment: "gone", by: bench.root) }
            #expect(try await bench.useCases.resolveAlert(key: "a", comment: "gone", by: bench.root).record.state == .resolved)
            _ = await refusal(.conflict) { try await bench.useCases.resolveAlert(key: "a", comment: "gone", by: bench.root) }
            bench.house.advance(milliseconds: 60_000)
            #expect(try await bench.round().map { $0.body["status"] } == ["resolved"])
            let entry = try await bench.house.entries().last { $0.kind == "alert.resolved" }
            #expect(entry?.payload?["comment"] == "gone" && entry?.payload?["key"] == "a" && entry?.actorID == bench.root.id)
            #expect(try await bench.signal("a") == .fired)
        }
    }
}
