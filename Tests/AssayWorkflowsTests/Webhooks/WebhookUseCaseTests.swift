import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Foundation
import Testing

/// Who manages webhooks, what of them is shown, and that no word of their secrets is.
@Suite struct WebhookUseCaseTests {
    private static let secret = "hush-4711-hush"

    private func administrator(_ house: House) async throws -> Principal {
        try await house.useCases.createFirstAdministrator(named: "root").user.principal
    }

    private func new(
        _ url: Text = "https://receiver.example/hook", events: [WebhookEvent] = [.modelVersionCreated]
    ) throws -> NewWebhook {
        NewWebhook(name: "hook", description: "", url: try OutgoingURL(url), events: events, secret: Text(Self.secret))
    }

    @Test func onlyAnAdministratorSeesAndManagesThem() async throws {
        try await House.with { house in
            let root = try await administrator(house)
            let others: [Principal] = [
                .anonymous, .localOperator, .nobody, .server,
                try await house.useCases.createUser(
                    named: "Ana", roles: [.dataScientist, .validator, .compliance, .auditor], by: root).user.principal,
            ]
            let webhook = try await house.useCases.createWebhook(new(), by: root)
            for other in others {
                _ = await refusal(.permissionDenied) { _ = try await house.useCases.createWebhook(new(), by: other) }
                _ = await refusal(.permissionDenied) { _ = try await house.useCases.webhook(id: webhook.id, in: .all, by: other) }
                _ = await refusal(.permissionDenied) {
                    _ = try await house.useCases.webhooks(after: nil, limit: 1, in: .all, by: other)
                }
                _ = await refusal(.permissionDenied) {
                    _ = try await house.useCases.updateWebhook(id: webhook.id, WebhookChange(name: "x"), in: .all, by: other)
                }
                _ = await refusal(.permissionDenied) {
                    try await house.useCases.deleteWebhook(id: webhook.id, in: .all, by: other)
                }
                _ = await refusal(.permissionDenied) {
                    _ = try await house.useCases.testWebhook(id: webhook.id, event: nil, in: .all, by: other)
                }
                _ = await refusal(.permissionDenied) {
                    _ = try await house.useCases.webhookDeliveries(ofWebhook: webhook.id, after: nil, limit: 1, by: other)
                }
            }
            #expect(house.outgoing.sent.isEmpty)
        }
    }

    @Test func eachChangeIsEnteredWithoutTheSecret() async throws {
        try await House.with { house in
            let root = try await administrator(house)
            let made = try await house.useCases.createWebhook(new(), by: root)
            #expect(made.description == nil && made.hasSecret && made.status == .active)
            #expect(made.id.utf8.count == 36)
            house.advance(milliseconds: 5)
            // What changes nothing is no change, but moves the time on, as in MLflow.
            let same = try await house.useCases.updateWebhook(
                id: made.id, WebhookChange(name: "hook", url: try OutgoingURL(made.url)), in: .all, by: root)
            #expect(same.lastUpdateTime == made.lastUpdateTime + 5)
            let changed = try await house.useCases.updateWebhook(
                id: made.id,
                WebhookChange(
                    description: "for the gate", url: try OutgoingURL("https://other.example/"), events: [.gateRefused],
                    secret: "", status: .disabled), in: .all, by: root)
            #expect(changed.description == "for the gate" && !changed.hasSecret && changed.events == [.gateRefused])
            try await house.useCases.deleteWebhook(id: made.id, in: .all, by: root)
            _ = await refusal(.notFound) { _ = try await house.useCases.webhook(id: made.id, in: .all, by: root) }
            _ = await refusal(.notFound) { try await house.useCases.deleteWebhook(id: made.id, in: .all, by: root) }

            let entries = try await house.entries().suffix(3)
            #expect(entries.map(\.kind) == ["webhook.created", "webhook.updated", "webhook.deleted"])
            #expect(entries.first?.payload?["url"] == "https://receiver.example/hook")
            #expect(entries.last?.payload?["status"] == "DISABLED")
            #expect(entries.map { $0.payload?["signed"] } == [true, false, false])
            let leaves = try await house.store.read { try $0.ledgerEntries(after: 0, limit: 99).map(\.leaf) }
            for leaf in leaves {
                let text = String(decoding: leaf, as: UTF8.self)
                #expect(!text.contains("example") && !text.contains("hook\"") && !text.contains(Self.secret))
            }
            for entry in entries {
                let text = String(decoding: entry.payload?.bytes() ?? [], as: UTF8.self)
                #expect(!text.contains(Self.secret))
            }
        }
    }

    @Test func neitherAddressNorSecretNorMessageLiesInTheOpen() async throws {
        try await House.with(tampers: true) { house in
            let root = try await administrator(house)
            _ = try await house.useCases.createWebhook(
                new("https://receiver.example/token-12345", events: [.registeredModelCreated]), by: root)
            _ = try await house.useCases.createRegisteredModel(named: "m", tags: [], description: "words-67890", by: root)
            let webhook = try #require(
                try await house.useCases.webhooks(after: nil, limit: 1, in: .all, by: root).items.first)
            #expect(webhook.url == "https://receiver.example/token-12345")
            try house.store.close()
            var read = 0
            for name in try FileManager.default.contentsOfDirectory(atPath: house.path) {
                guard let bytes = FileManager.default.contents(atPath: house.path + "/" + name) else { continue }
                read += bytes.count
                for needle in [Self.secret, "token-12345", "receiver.example", #""description":"words-67890""#] {
                    #expect(bytes.range(of: Data(needle.utf8)) == nil, "\(needle) in \(name)")
                }
            }
            #expect(read > 100_000)
        }
    }

    /// MLflow's clients fail on events they do not know, so its routes do not show them and do not lose them.
    @Test func mlflowSeesItsOwnEventsOnly() async throws {
        try await House.with { house in
            let root = try await administrator(house)
            let both = try await house.useCases.createWebhook(
                new(events: [.gateRefused, .modelVersionCreated, .promptCreated]), by: root)
            let ours = try await house.useCases.createWebhook(new(events: [.gateRefused]), by: root)
            let seen = try await house.useCases.webhooks(after: nil, limit: 9, in: .mlflow, by: root).items
            #expect(seen.map(\.id) == [both.id])
            #expect(seen.first?.events == [.modelVersionCreated, .promptCreated])
            #expect(try await house.useCases.webhooks(after: nil, limit: 9, in: .all, by: root).items.map(\.id) == [ours.id, both.id])
            for body: (String) async throws -> Void in [
                { _ = try await house.useCases.webhook(id: $0, in: .mlflow, by: root) },
                { _ = try await house.useCases.updateWebhook(id: $0, WebhookChange(name: "x"), in: .mlflow, by: root) },
                { _ = try await house.useCases.testWebhook(id: $0, event: nil, in: .mlflow, by: root) },
                { try await house.useCases.deleteWebhook(id: $0, in: .mlflow, by: root) },
            ] {
                #expect(await refusal(.notFound) { try await body(ours.id) } == "Webhook with ID \(ours.id) not found.")
            }
            _ = try await house.useCases.updateWebhook(
                id: both.id, WebhookChange(events: [.modelVersionTagSet]), in: .mlflow, by: root)
            let now = try await house.useCases.webhook(id: both.id, in: .all, by: root)
            #expect(now.events == [.gateRefused, .modelVersionTagSet])
        }
    }

    @Test func addressesAreJudgedBeforeTheyAreKept() async throws {
        try await House.with { house in
            let root = try await administrator(house)
            house.outgoing.refuse(host: "inside.example")
            _ = await refusal(.invalidArgument) { _ = try await house.useCases.createWebhook(new("https://inside.example/"), by: root) }
            let made = try await house.useCases.createWebhook(new(), by: root)
            _ = await refusal(.invalidArgument) {
                _ = try await house.useCases.updateWebhook(
                    id: made.id, WebhookChange(url: try OutgoingURL("https://inside.example/")), in: .all, by: root)
            }
            #expect(try await house.useCases.webhook(id: made.id, in: .all, by: root).url == made.url)
        }
    }

    @Test(arguments: WebhookEvent.allCases)
    func aTestSendsAnExampleOfTheEvent(_ event: WebhookEvent) async throws {
        try await House.with { house in
            let root = try await administrator(house)
            let made = try await house.useCases.createWebhook(new(events: [.gateAllowed]), by: root)
            house.outgoing.answer(.answered(OutgoingAnswer(status: 201, body: Array("thanks".utf8))))
            let test = try await house.useCases.testWebhook(id: made.id, event: event, in: .all, by: root)
            #expect(test.succeeded && test.status == 201 && test.body == "thanks" && test.error == nil)
            let sent = try #require(house.outgoing.sent.first)
            let body = try JSONValue(parsing: sent.message.body)
            #expect(body["entity"]?.string == event.entity && body["action"]?.string == event.action)
            #expect(body["data"]?.object?.isEmpty == false && body["actor"] == nil)
            #expect(sent.header("X-MLflow-Signature")?.hasPrefix("v1,") == true)
            #expect(try await house.useCases.webhookDeliveries(ofWebhook: made.id, after: nil, limit: 1, by: root).items.isEmpty)
        }
    }

    @Test func aTestSaysWhatWentWrong() async throws {
        try await House.with { house in
            let root = try await administrator(house)
            let made = try await house.useCases.createWebhook(new(), by: root)
            house.outgoing.answer(
                .failed(.connect, "nobody there"), .answered(OutgoingAnswer(status: 302)), .answered(OutgoingAnswer(status: 500)))
            func test() async throws -> UseCases.WebhookTest {
                try await house.useCases.testWebhook(id: made.id, event: nil, in: .mlflow, by: root)
            }
            let unreached = try await test()
            #expect(!unreached.succeeded && unreached.status == nil && unreached.error == "Failed to test webhook: nobody there")
            let redirected = try await test()
            #expect(!redirected.succeeded && redirected.status == 302 && redirected.error?.contains("redirects") == true)
            let failed = try await test()
            #expect(!failed.succeeded && failed.status == 500 && failed.error == nil)
        }
    }
}
