import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Messages arrive at least once, in order, under one id; those that do not are tried again until they are given up.
@Suite struct WebhookWorkerTests {
    private func with(
        secret: Text? = "s", erases: Bool = false,
        _ body: (House, _ root: Principal, _ webhook: String, WebhookWorker) async throws -> Void
    ) async throws {
        try await House.with(tampers: erases) { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            let webhook = try await house.useCases.createWebhook(
                NewWebhook(
                    name: "hook", url: try OutgoingURL("https://receiver.example/"), events: [.registeredModelCreated],
                    secret: secret), by: root)
            try await body(house, root, webhook.id, WebhookWorker(useCases: house.useCases))
        }
    }

    private func happen(_ name: Text, in house: House) async throws {
        _ = try await house.useCases.createRegisteredModel(named: name, tags: [], description: nil, by: .anonymous)
    }

    private func deliveries(_ house: House, _ id: String, _ root: Principal) async throws -> [WebhookDelivery] {
        try await house.useCases.webhookDeliveries(ofWebhook: id, after: nil, limit: 99, by: root).items.map(\.delivery).reversed()
    }

    private func names(_ house: House) throws -> [String] {
        try house.outgoing.sent.map { try JSONValue(parsing: $0.message.body)["data"]?["name"]?.string ?? "?" }
    }

    @Test func itIsSentOnceWhenItArrives() async throws {
        try await with { house, root, id, worker in
            try await happen("m", in: house)
            house.advance(milliseconds: 70)
            #expect(try await worker.sendNext(toWebhook: id))
            #expect(try await !worker.sendNext(toWebhook: id))
            #expect(house.outgoing.sent.count == 1)
            let one = try #require(try await deliveries(house, id, root).first)
            #expect(one.state == .delivered && one.attempts.map(\.status) == [200])
            #expect(one.actorID == "anonymous" && one.finishedMilliseconds == one.createdMilliseconds + 70)
            #expect(house.outgoing.sent[0].header("X-MLflow-Delivery-Id") == one.id)
        }
    }

    @Test(arguments: [500, 503, 408, 425, 429])
    func itIsTriedAgainUnderTheSameID(_ status: Int) async throws {
        try await with { house, root, id, worker in
            house.outgoing.answer(statuses: status, status, 200)
            try await happen("m", in: house)
            #expect(try await worker.sendNext(toWebhook: id))
            // Not before its time.
            #expect(try await !worker.sendNext(toWebhook: id))
            house.advance(milliseconds: 2_500)
            #expect(try await worker.sendNext(toWebhook: id))
            house.advance(milliseconds: 5_000)
            #expect(try await worker.sendNext(toWebhook: id))
            #expect(try await deliveries(house, id, root).first?.attempts.map(\.status) == [status, status, 200])
            let sent = house.outgoing.sent
            #expect(Set(sent.map { $0.header("X-MLflow-Delivery-Id") }).count == 1)
            #expect(Set(sent.map(\.message.body)).count == 1)
            // Each attempt is signed for its own time.
            #expect(Set(sent.map { $0.header("X-MLflow-Timestamp") }).count == 3)
            for one in sent {
                let seconds = try #require(one.header("X-MLflow-Timestamp").flatMap { Int64($0) })
                let signature = WebhookSignature.signature(
                    deliveryID: try #require(one.header("X-MLflow-Delivery-Id")), seconds: seconds, body: one.message.body,
                    secret: Array("s".utf8))
                #expect(one.header("X-MLflow-Signature") == signature)
            }
        }
    }

    @Test(arguments: [301, 302, 307, 400, 401, 404, 410, 422])
    func whatWillNotChangeIsGivenUp(_ status: Int) async throws {
        try await with { house, root, id, worker in
            house.outgoing.answer(statuses: status)
            try await happen("m", in: house)
            #expect(try await worker.sendNext(toWebhook: id))
            let one = try #require(try await deliveries(house, id, root).first)
            #expect(one.state == .failed)
            #expect(one.attempts.map(\.error) == [status < 400 ? "redirect" : "status"])
        }
    }

    @Test(arguments: OutgoingFailure.allCases)
    func withoutAnAnswerItIsTriedTenTimes(_ failure: OutgoingFailure) async throws {
        try await with { house, root, id, worker in
            house.outgoing.answer(.failed(failure, "why"))
            try await happen("m", in: house)
            while try await worker.sendNext(toWebhook: id) { house.advance(milliseconds: 750_000) }
            let one = try #require(try await deliveries(house, id, root).first)
            #expect(one.state == .failed)
            #expect(one.attempts.map(\.error) == Array(repeating: failure.rawValue, count: failure == .addressRefused ? 1 : 10))
            #expect(house.outgoing.sent.count == one.attempts.count)
        }
    }

    @Test func whatHappenedLaterWaits() async throws {
        try await with { house, root, id, worker in
            house.outgoing.answer(statuses: 500, 200)
            for name in ["a", "b", "c"] as [Text] { try await happen(name, in: house) }
            #expect(try await worker.sendNext(toWebhook: id))
            #expect(try await !worker.sendNext(toWebhook: id))
            house.advance(milliseconds: 2_500)
            while try await worker.sendNext(toWebhook: id) {}
            #expect(try names(house) == ["a", "a", "b", "c"])
            #expect(try await deliveries(house, id, root).allSatisfy { $0.state == .delivered })
        }
    }

    /// The server ends between sending and writing down that it did: the next one sends again, and attempts stay bounded.
    @Test func anInterruptedAttemptIsMadeAgain() async throws {
        try await with { house, root, id, worker in
            try await happen("m", in: house)
            let now = house.useCases.effects.nowMilliseconds()
            for attempt in 1...10 {
                let held = try await house.store.write {
                    try $0.leaseWebhookDelivery(ofWebhook: id, lease: "gone", now: now, until: now + 1_000_000)
                }
                #expect(held?.attempts.count == attempt)
                #expect(try await !worker.sendNext(toWebhook: id))
                try await house.store.write { try $0.releaseWebhookDeliveries(error: "interrupted", now: now) }
            }
            #expect(try await worker.sendNext(toWebhook: id))
            let one = try #require(try await deliveries(house, id, root).first)
            #expect(one.state == .failed)
            #expect(one.attempts.map(\.error) == Array(repeating: "interrupted", count: 10) + ["expired"])
            #expect(house.outgoing.sent.isEmpty)
        }
    }

    @Test func aWeekOldMessageIsGivenUp() async throws {
        try await with { house, root, id, worker in
            try await happen("m", in: house)
            house.advance(milliseconds: RetrySchedule.expiryMilliseconds + 1)
            #expect(try await worker.sendNext(toWebhook: id))
            #expect(try await deliveries(house, id, root).first?.attempts.map(\.error) == ["expired"])
            #expect(house.outgoing.sent.isEmpty)
        }
    }

    @Test func aDisabledWebhookIsSilent() async throws {
        try await with { house, root, id, worker in
            house.outgoing.answer(statuses: 500)
            try await happen("a", in: house)
            try await happen("b", in: house)
            // Disabled while the first is under way: no second attempt, and what waited is not sent.
            house.outgoing.during {
                _ = try await house.useCases.updateWebhook(id: id, WebhookChange(status: .disabled), in: .all, by: root)
            }
            #expect(try await worker.sendNext(toWebhook: id))
            try await happen("c", in: house)
            house.advance(milliseconds: 1_000_000)
            #expect(try await !worker.sendNext(toWebhook: id))
            #expect(try await deliveries(house, id, root).map(\.state) == [.cancelled, .cancelled])
            _ = try await house.useCases.updateWebhook(id: id, WebhookChange(status: .active), in: .all, by: root)
            #expect(try await !worker.sendNext(toWebhook: id))
            try await happen("d", in: house)
            house.outgoing.answer(statuses: 200)
            #expect(try await worker.sendNext(toWebhook: id))
            #expect(try names(house) == ["a", "d"])
        }
    }

    @Test func aDeletedWebhookKeepsItsHistory() async throws {
        try await with { house, root, id, worker in
            try await happen("a", in: house)
            #expect(try await worker.sendNext(toWebhook: id))
            try await happen("b", in: house)
            try await house.useCases.deleteWebhook(id: id, in: .all, by: root)
            try await happen("c", in: house)
            #expect(try await !worker.sendNext(toWebhook: id))
            #expect(try await deliveries(house, id, root).map(\.state) == [.delivered, .cancelled])
            _ = await refusal(.notFound) {
                _ = try await house.useCases.webhookDeliveries(ofWebhook: "none", after: nil, limit: 1, by: root)
            }
        }
    }

    @Test func itGoesWhereTheWebhookPointsByThen() async throws {
        try await with { house, root, id, worker in
            try await happen("a", in: house)
            _ = try await house.useCases.updateWebhook(
                id: id, WebhookChange(url: try OutgoingURL("https://new.example/x"), secret: ""), in: .all, by: root)
            #expect(try await worker.sendNext(toWebhook: id))
            #expect(house.outgoing.sent.first?.url.text == "https://new.example/x")
            #expect(house.outgoing.sent.first?.header("X-MLflow-Signature") == nil)
        }
    }

    @Test func whatWasErasedIsNotSent() async throws {
        try await with(erases: true) { house, root, id, worker in
            try await happen("a", in: house)
            let model = try #require(try await house.store.read { try $0.registeredModel(named: "a")?.id })
            try house.useCases.keyring.destroy(domain: Text(LedgerTopic.model(model)))
            #expect(try await worker.sendNext(toWebhook: id))
            #expect(try await deliveries(house, id, root).first?.attempts.map(\.error) == ["erased"])
            #expect(house.outgoing.sent.isEmpty)
        }
    }
}
