import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Foundation
import Testing

/// Signals, rules and the worker together, over a store and a clock that the test moves; what goes out is caught.
@Suite struct AlertSignalTests {
    private static let rules = """
        assay: alerts/v1
        receivers:
          - {name: team, kind: webhook, url: "https://team.example/hook"}
          - {name: boss, kind: webhook, url: "https://boss.example/hook"}
        routes:
          - to: [team]
            group-by: [model]
            group-wait: 10s
            group-interval: 1m
            repeat-interval: 1h
            escalate:
              - {after: 15m, to: [boss]}
        """

    private struct Bench {
        let house: House
        let root: Principal
        let model: String
        let worker: AlertWorker

        func signal(_ key: Text, _ state: AlertState, _ severity: AlertSeverity = .critical, value: Text = "0.41") async throws -> AlertEffect {
            let cases = house.useCases
            let signal = try AlertSignal(
                key: key, severity: severity, state: state, title: "selection rate fell", modelID: model, modelName: "loans", version: 3,
                roles: ["validator"], value: value, limit: "0.3", facts: ["rows": 1_000], path: "/models/loans")
            return try await cases.store.write { try cases.signal(signal, in: $0) }
        }

        /// Everything that goes out now, oldest first: host, status, keys.
        func told() async throws -> [(host: String, body: JSONValue)] {
            let before = house.outgoing.sent.count
            while try await worker.look() {}
            for name: Text in ["team", "boss"] { while try await worker.sendNext(toReceiver: name) {} }
            return try house.outgoing.sent.dropFirst(before).map { ($0.url.host, try JSONValue(parsing: $0.message.body)) }
        }
    }

    private func with(rules: String = rules, tampers: Bool = false, _ body: (Bench) async throws -> Void) async throws {
        try await House.with(tampers: tampers) { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            let ana = Principal(userID: String(repeating: "a", count: 32), name: "Ana", roles: [.dataScientist])
            _ = try await house.useCases.createRegisteredModel(named: "loans", tags: [], description: nil, by: ana)
            let model = try #require(try await house.store.read { try $0.registeredModel(named: "loans")?.id })
            _ = try await house.useCases.applyAlertRules(Array(rules.utf8), by: root)
            try await body(Bench(house: house, root: root, model: model, worker: AlertWorker(useCases: house.useCases)))
        }
    }

    @Test func aSignalIsOneEntryAndOneMessageHoweverOftenItIsSaid() async throws {
        try await with { bench in
            #expect(try await bench.signal("a", .resolved) == .ignored)
            #expect(try await bench.signal("a", .firing) == .fired)
            #expect(try await bench.signal("a", .firing, value: "0.5") == .repeated)
            // The group waits for others of its model.
            #expect(try await bench.told().isEmpty)
            bench.house.advance(milliseconds: 10_000)
            let told = try await bench.told()
            #expect(told.map(\.host) == ["team.example"])
            let body = try #require(told.first?.body)
            #expect(body["version"] == "4" && body["status"] == "firing" && body["receiver"] == "team")
            let alert = try #require(body["alerts"]?.array?.first)
            #expect(alert["labels"]?["alertname"] == "AssayAlert" && alert["labels"]?["severity"] == "critical" && alert["labels"]?["model"] == "loans")
            #expect(alert["annotations"] == ["summary": "selection rate fell", "value": "0.5", "limit": "0.3"])
            for _ in 0..<3 { #expect(try await bench.signal("a", .firing) == .repeated) }
            bench.house.advance(milliseconds: 120_000)
            #expect(try await bench.told().isEmpty)
            #expect(try await bench.signal("a", .resolved) == .resolved)
            #expect(try await bench.told().map { $0.body["status"] } == ["resolved"])
            let kinds = try await bench.house.kinds().filter { $0.hasPrefix("alert.") }
            #expect(kinds == ["alert.rules-applied", "alert.fired", "alert.resolved"])
            bench.house.advance(milliseconds: 86_400_000)
            #expect(try await bench.told().isEmpty)
            let history = try await bench.house.entries().first { $0.kind == "alert.fired" }
            #expect(history?.payload?["key"] == "a" && history?.payload?["limit"] == "0.3" && history?.actorID == "server")
        }
    }

    @Test func alertsOfOneModelAreToldTogetherAndOthersLater() async throws {
        try await with { bench in
            _ = try await bench.signal("a", .firing)
            _ = try await bench.signal("b", .firing, .warning)
            bench.house.advance(milliseconds: 10_000)
            let first = try await bench.told()
            #expect(first.count == 1 && first[0].body["alerts"]?.array?.count == 2)
            bench.house.advance(milliseconds: 1_000)
            _ = try await bench.signal("c", .firing)
            #expect(try await bench.told().isEmpty)
            bench.house.advance(milliseconds: 59_000)
            let second = try await bench.told()
            #expect(second.count == 1 && second[0].body["alerts"]?.array?.count == 3)
            // With nothing new they are told again after the repeat interval, once.
            bench.house.advance(milliseconds: 3_599_999)
            #expect(try await bench.told().filter { $0.host == "team.example" }.isEmpty)
            bench.house.advance(milliseconds: 1)
            #expect(try await bench.told().filter { $0.host == "team.example" }.count == 1)
            #expect(try await bench.told().isEmpty)
        }
    }

    @Test func whoIsNotAcknowledgedToEscalatesOnce() async throws {
        try await with { bench in
            _ = try await bench.signal("a", .firing)
            bench.house.advance(milliseconds: 10_000)
            #expect(try await bench.told().map(\.host) == ["team.example"])
            bench.house.advance(milliseconds: 15 * 60_000)
            #expect(try await bench.told().isEmpty)
            bench.house.advance(milliseconds: 10_000)
            #expect(try await bench.told().map(\.host) == ["boss.example"])
            _ = try await bench.signal("a", .resolved)
            bench.house.advance(milliseconds: 60_000)
            #expect(try await bench.told().map(\.host).sorted() == ["boss.example", "team.example"])
        }
    }

    @Test func anAcknowledgementEndsRemindersAndSteps() async throws {
        try await with { bench in
            _ = try await bench.signal("a", .firing, .warning)
            bench.house.advance(milliseconds: 10_000)
            _ = try await bench.told()
            let ana = Principal(userID: String(repeating: "a", count: 32), name: "Ana", roles: [.dataScientist])
            _ = await refusal(.permissionDenied) { try await bench.house.useCases.acknowledgeAlert(key: "a", comment: "", by: ana) }
            _ = await refusal(.notFound) { try await bench.house.useCases.acknowledgeAlert(key: "none", comment: "", by: bench.root) }
            let vera = Principal(userID: String(repeating: "b", count: 32), name: "Vera", roles: [.validator])
            _ = try await bench.house.useCases.acknowledgeAlert(key: "a", comment: "looking", by: vera)
            _ = await refusal(.conflict) { try await bench.house.useCases.acknowledgeAlert(key: "a", comment: "", by: bench.root) }
            bench.house.advance(milliseconds: 5 * 3_600_000)
            #expect(try await bench.told().isEmpty)
            // What becomes worse is everybody's again.
            #expect(try await bench.signal("a", .firing, .critical) == .changed)
            #expect(try await bench.told().map(\.host) == ["team.example"])
            bench.house.advance(milliseconds: 15 * 60_000)
            _ = try await bench.told()
            bench.house.advance(milliseconds: 10_000)
            #expect(try await bench.told().map(\.host) == ["boss.example"])
        }
    }

    @Test func aSilenceKeepsQuietAndEndsLoud() async throws {
        try await with { bench in
            let cases = bench.house.useCases
            _ = await refusal(.invalidArgument) {
                _ = try await cases.silenceAlerts(AlertMatch(), milliseconds: 60_000, comment: "all", by: bench.root)
            }
            let silence = try await cases.silenceAlerts(
                AlertMatch(models: ["LOAN*"]), milliseconds: 3_600_000, comment: "maintenance", by: bench.root)
            _ = try await bench.signal("a", .firing)
            bench.house.advance(milliseconds: 10_000)
            #expect(try await bench.told().isEmpty)
            #expect(try await cases.alert(key: "a").isSilenced)
            try await cases.endAlertSilence(id: silence.id, by: bench.root)
            #expect(try await bench.told().map { $0.body["status"] } == ["firing"])
            _ = await refusal(.conflict) { try await cases.endAlertSilence(id: silence.id, by: bench.root) }
            // And one that runs out by itself.
            _ = try await cases.silenceAlerts(AlertMatch(keys: ["b"]), milliseconds: 60_000, comment: "c", by: bench.root)
            _ = try await bench.signal("b", .firing)
            bench.house.advance(milliseconds: 59_000)
            #expect(try await bench.told().isEmpty)
            bench.house.advance(milliseconds: 1_000)
            let last = try await bench.told().last
            #expect(last?.body["alerts"]?.array?.count == 2)
        }
    }

    @Test func whatCannotBeToldIsToldAnewWhileItIsSo() async throws {
        try await with { bench in
            bench.house.outgoing.answer(statuses: 400, 200)
            _ = try await bench.signal("a", .firing)
            bench.house.advance(milliseconds: 10_000)
            #expect(try await bench.told().count == 1)
            let failed = try await bench.house.useCases.alertDeliveries(receiver: "team", key: "a", after: nil, limit: 9, by: bench.root)
            #expect(failed.items.map(\.state) == [.failed] && failed.items[0].attempts.map(\.status) == [400])
            bench.house.advance(milliseconds: AlertWorker.againMilliseconds - 1)
            #expect(try await bench.told().isEmpty)
            bench.house.advance(milliseconds: 1)
            #expect(try await bench.told().map { $0.body["status"] } == ["firing"])
            // So is that it is over.
            bench.house.outgoing.answer(statuses: 404, 200)
            _ = try await bench.signal("a", .resolved)
            bench.house.advance(milliseconds: 60_000)
            #expect(try await bench.told().count == 1)
            bench.house.advance(milliseconds: AlertWorker.againMilliseconds)
            #expect(try await bench.told().map { $0.body["status"] } == ["resolved"])
            bench.house.advance(milliseconds: 86_400_000)
            #expect(try await bench.told().isEmpty)
        }
    }

    @Test func retriesKeepTheirIdAndTheOrder() async throws {
        try await with { bench in
            bench.house.outgoing.answer(statuses: 503, 200)
            _ = try await bench.signal("a", .firing)
            bench.house.advance(milliseconds: 10_000)
            #expect(try await bench.told().count == 1)
            _ = try await bench.signal("a", .resolved)
            bench.house.advance(milliseconds: 60_000)
            #expect(try await bench.told().map { $0.body["status"] } == ["firing", "resolved"])
            let ids = bench.house.outgoing.sent.map { $0.header("X-MLflow-Delivery-Id") }
            #expect(ids.count == 3 && ids[0] == ids[1] && ids[1] != ids[2])
        }
    }

    @Test func aStopInBetweenSendsAgain() async throws {
        try await with { bench in
            _ = try await bench.signal("a", .firing)
            bench.house.advance(milliseconds: 10_000)
            while try await bench.worker.look() {}
            let now = bench.house.now
            _ = try await bench.house.store.write { try $0.leaseAlertDelivery(ofReceiver: "team", lease: "gone", now: now, until: now + 300_000) }
            #expect(try await bench.told().isEmpty)
            try await bench.house.store.write { try $0.releaseAlertDeliveries(error: "interrupted", now: now) }
            #expect(try await bench.told().count == 1)
            let page = try await bench.house.useCases.alertDeliveries(receiver: nil, key: nil, after: nil, limit: 9, by: bench.root)
            #expect(page.items.first?.attempts.map(\.error) == ["interrupted", nil])
        }
    }

    @Test func otherRulesTakeOverWhatFires() async throws {
        try await with { bench in
            _ = try await bench.signal("a", .firing)
            let other = Self.rules.replacing("team", with: "boss2").replacing("boss2.example", with: "team.example")
            let applied = try await bench.house.useCases.applyAlertRules(Array(other.utf8), by: bench.root)
            #expect(applied.isNew && applied.rules.number == 2)
            #expect(try await bench.house.useCases.applyAlertRules(Array(other.utf8), by: bench.root).isNew == false)
            bench.house.advance(milliseconds: 10_000)
            #expect(try await bench.told().isEmpty)
            #expect(try await bench.worker.sendNext(toReceiver: "boss2"))
            #expect(bench.house.outgoing.sent.last?.url.host == "team.example")
        }
    }

    @Test func rulesWithMistakesAreRefusedWithTheirPlaces() async throws {
        try await with { bench in
            let words = await refusal(.invalidArgument) {
                _ = try await bench.house.useCases.applyAlertRules(Array("assay: alerts/v1\nreceivers: []\nroutes: [{to: [x]}]\n".utf8), by: bench.root)
            }
            #expect(words.contains("alerts:3:15: error: there is no receiver 'x'"))
            bench.house.outgoing.refuse(host: "inside.example")
            let inside = Self.rules.replacing("boss.example", with: "inside.example")
            _ = await refusal(.invalidArgument) { _ = try await bench.house.useCases.applyAlertRules(Array(inside.utf8), by: bench.root) }
            #expect(try await bench.house.useCases.alertRules(by: bench.root)?.number == 1)
        }
    }

    @Test func whatAnAlertSaysLiesSealedAndGoesWithItsModel() async throws {
        try await with(tampers: true) { bench in
            _ = try await bench.signal("a", .firing)
            bench.house.advance(milliseconds: 10_000)
            while try await bench.worker.look() {}
            try bench.house.useCases.keyring.destroy(domain: Text("model:\(bench.model)"))
            #expect(try await bench.told().isEmpty)
            let page = try await bench.house.useCases.alertDeliveries(receiver: nil, key: nil, after: nil, limit: 9, by: bench.root)
            #expect(page.items.map(\.state) == [.cancelled] && page.items[0].attempts.map(\.error) == ["erased"])
            #expect(try await bench.house.useCases.alert(key: "a").details == nil)
            try bench.house.store.close()
            let bytes = try #require(FileManager.default.contents(atPath: bench.house.path + "/assay.db"))
            let log = FileManager.default.contents(atPath: bench.house.path + "/assay.db-wal") ?? Data()
            #expect((bytes + log).range(of: Data("selection rate fell".utf8)) == nil)
        }
    }

    @Test(arguments: [
        ("", "t", "/x"), ("k", "", "/x"), ("k", "two\nlines", "/x"), ("k\u{0}", "t", "/x"), ("k", "t", "//host/x"), ("k", "t", "https://x"),
    ])
    func malformedSignalsAreRefused(_ key: String, _ title: String, _ path: String) {
        #expect(throws: AssayError.self) {
            try AlertSignal(
                key: Text(key), severity: .info, state: .firing, title: Text(title), modelID: "", modelName: "", path: Text(path))
        }
    }

    @Test func aKeyIsOneModels() async throws {
        try await with { bench in
            _ = try await bench.signal("a", .firing)
            let cases = bench.house.useCases
            let other = try AlertSignal(key: "a", severity: .info, state: .firing, title: "t", modelID: "other", modelName: "o")
            _ = await refusal(.conflict) { _ = try await cases.store.write { try cases.signal(other, in: $0) } }
        }
    }
}
