import AssayStore
import AssayStoreSQLite
import AssayTerms
import Testing

/// One message after the other, one worker at a time, nothing to whom nobody listens: the rules of deliveries, each tried
/// against the database itself.
@Suite struct WebhookRecordsTests {
    private func webhook(
        _ id: String, events: [WebhookEvent] = [.modelVersionCreated], status: WebhookStatus = .active
    ) -> WebhookRecord {
        WebhookRecord(
            id: id, name: "hook", description: nil, sealedURL: [1], sealedSecret: [2], status: status, events: events,
            creationTime: 1, lastUpdateTime: 1)
    }

    private func delivery(_ id: String, to webhook: String, at time: Int64 = 10) -> WebhookDelivery {
        WebhookDelivery(
            id: id, webhookID: webhook, event: .modelVersionCreated, entryID: "e", actorID: "a", sealedBody: [3],
            createdMilliseconds: time)
    }

    @Test func whatIsWrittenIsRead() async throws {
        try await withTemporaryStore { store in
            var hook = webhook("a", events: [.gateRefused, .modelVersionTagSet, .modelVersionTagDeleted])
            hook.description = "what for"
            hook.sealedSecret = nil
            let first = hook
            try await store.write { try $0.insertWebhook(first) }
            #expect(try await store.read { try $0.webhook(id: "a") } == first)
            #expect(first.events == [.gateRefused, .modelVersionTagDeleted, .modelVersionTagSet])
            hook.name = "other"
            hook.sealedURL = [9, 9]
            hook.sealedSecret = [8]
            hook.status = .disabled
            hook.events = [.promptCreated]
            hook.lastUpdateTime = 5
            let second = hook
            try await store.write { try $0.updateWebhook(second) }
            #expect(try await store.read { try $0.webhook(id: "a") } == second)
            try await store.write { try $0.deleteWebhook(id: "a", at: 6) }
            let (gone, was, listens) = try await store.read {
                (try $0.webhook(id: "a"), try $0.hasWebhook(everWithID: "a"), try $0.hasWebhookSubscriptions())
            }
            #expect(gone == nil && was && !listens)
        }
    }

    @Test func pagesShowEachOnceNewestFirst() async throws {
        try await withTemporaryStore { store in
            let hooks = (0..<5).map { webhook("w\($0)", events: $0 == 2 ? [.gateAllowed] : [.modelVersionCreated, .gateAllowed]) }
            try await store.write { tx in for hook in hooks { try tx.insertWebhook(hook) } }
            func ids(mlflowOnly: Bool) async throws -> [[String]] {
                var pages: [[String]] = []
                var position: SearchPosition?
                repeat {
                    let after = position
                    let page = try await store.read { try $0.webhooks(after: after, limit: 2, mlflowOnly: mlflowOnly) }
                    pages.append(page.items.map(\.id))
                    position = page.next
                } while position != nil
                return pages
            }
            #expect(try await ids(mlflowOnly: false) == [["w4", "w3"], ["w2", "w1"], ["w0"]])
            #expect(try await ids(mlflowOnly: true) == [["w4", "w3"], ["w1", "w0"]])
        }
    }

    @Test func onlyActiveListenersAreTold() async throws {
        try await withTemporaryStore { store in
            let hooks = [
                webhook("a"), webhook("b", status: .disabled), webhook("c", events: [.gateAllowed, .modelVersionCreated]),
                webhook("d", events: [.modelVersionDeleted]), webhook("e"),
            ]
            try await store.write { tx in
                for hook in hooks { try tx.insertWebhook(hook) }
                try tx.deleteWebhook(id: "e", at: 2)
            }
            #expect(try await store.read { try $0.webhookIDs(subscribedTo: .modelVersionCreated) } == ["a", "c"])
        }
    }

    /// Two workers and a clock: who may send what at each step.
    @Test func aWebhookIsToldOneThingAtATime() async throws {
        try await withTemporaryStore { store in
            let (hook, first, second) = (webhook("a"), delivery("1", to: "a"), delivery("2", to: "a", at: 11))
            try await store.write { tx in
                try tx.insertWebhook(hook)
                try tx.insertWebhookDelivery(first)
                try tx.insertWebhookDelivery(second)
                #expect(try tx.webhookIDs(dueAt: 9, limit: 5) == [])
                #expect(try tx.leaseWebhookDelivery(ofWebhook: "a", lease: "x", now: 9, until: 19) == nil)
                #expect(try tx.webhookIDs(dueAt: 10, limit: 5) == ["a"])
                let one = try #require(try tx.leaseWebhookDelivery(ofWebhook: "a", lease: "x", now: 12, until: 20))
                #expect(one.id == "1" && one.state == .sending && one.sealedBody == [3])
                #expect(one.attempts == [.init(number: 1, startedMilliseconds: 12)])
                // The second waits although it is due.
                #expect(try tx.webhookIDs(dueAt: 19, limit: 5) == [])
                #expect(try tx.leaseWebhookDelivery(ofWebhook: "a", lease: "y", now: 19, until: 30) == nil)
                // The lease ran out: the same message again, as attempt 2; the first worker comes back too late.
                let again = try #require(try tx.leaseWebhookDelivery(ofWebhook: "a", lease: "y", now: 20, until: 30))
                #expect(again.id == "1")
                #expect(
                    again.attempts == [
                        .init(number: 1, startedMilliseconds: 12, finishedMilliseconds: 20, error: "interrupted"),
                        .init(number: 2, startedMilliseconds: 20),
                    ])
                func finish(_ lease: String, _ state: WebhookDelivery.State, due: Int64, status: Int?) throws -> Bool {
                    try tx.finishWebhookAttempt(
                        ofDelivery: "1", lease: lease, state: state, due: due, status: status, error: nil, now: 25)
                }
                #expect(try !finish("x", .delivered, due: 25, status: 200))
                #expect(try finish("y", .queued, due: 40, status: 500))
                #expect(try tx.webhookIDs(dueAt: 39, limit: 5) == [])
                #expect(try tx.leaseWebhookDelivery(ofWebhook: "a", lease: "z", now: 40, until: 50)?.attempts.count == 3)
                #expect(try finish("z", .delivered, due: 40, status: 204))
                #expect(try tx.leaseWebhookDelivery(ofWebhook: "a", lease: "z", now: 40, until: 50)?.id == "2")
            }
            let page = try await store.read { try $0.webhookDeliveries(ofWebhook: "a", after: nil, limit: 1) }
            #expect(page.items.map(\.id) == ["2"])
            let next = page.next
            let rest = try await store.read { try $0.webhookDeliveries(ofWebhook: "a", after: next, limit: 1) }
            #expect(rest.next == nil)
            #expect(rest.items.first?.state == .delivered && rest.items.first?.finishedMilliseconds == 25)
            #expect(rest.items.first?.attempts.map(\.status) == [nil, 500, 204])
        }
    }

    @Test func anotherProcessTakesLeasesBack() async throws {
        try await withTemporaryStore { store in
            let hooks = [webhook("a"), webhook("b")]
            let deliveries = [delivery("1", to: "a"), delivery("2", to: "b"), delivery("3", to: "b")]
            var disabled = hooks[1]
            disabled.status = .disabled
            let off = disabled
            try await store.write { tx in
                for hook in hooks { try tx.insertWebhook(hook) }
                for one in deliveries { try tx.insertWebhookDelivery(one) }
                for id in ["a", "b"] { _ = try tx.leaseWebhookDelivery(ofWebhook: id, lease: id, now: 10, until: 1_000) }
                try tx.updateWebhook(off)
                try tx.cancelWebhookDeliveries(ofWebhook: "b", now: 11)
            }
            func states(_ id: String) async throws -> [WebhookDelivery.State] {
                try await store.read { try $0.webhookDeliveries(ofWebhook: id, after: nil, limit: 9).items.map(\.state) }
            }
            #expect(try await states("b") == [.cancelled, .sending])
            try await store.write { try $0.releaseWebhookDeliveries(error: "interrupted", now: 12) }
            #expect(try await states("a") == [.queued])
            #expect(try await states("b") == [.cancelled, .cancelled])
            let again = try await store.write { try $0.leaseWebhookDelivery(ofWebhook: "a", lease: "n", now: 12, until: 20) }
            #expect(again?.id == "1")
            #expect(again?.attempts.map(\.error) == ["interrupted", nil])
        }
    }

    @Test func finishedOnesArePrunedByAgeAndNumber() async throws {
        try await withTemporaryStore { store in
            let hooks = [webhook("a"), webhook("b")]
            let deliveries = (0..<6).map { delivery("a\($0)", to: "a") } + [delivery("b0", to: "b"), delivery("b1", to: "b")]
            try await store.write { tx in
                for hook in hooks { try tx.insertWebhook(hook) }
                for one in deliveries { try tx.insertWebhookDelivery(one) }
                func end(_ hook: String, at time: Int64) throws {
                    let one = try #require(try tx.leaseWebhookDelivery(ofWebhook: hook, lease: "l", now: time, until: time + 1))
                    _ = try tx.finishWebhookAttempt(
                        ofDelivery: one.id, lease: "l", state: .delivered, due: time, status: 200, error: nil, now: time)
                }
                for time in [20, 21, 22, 23, 24] as [Int64] { try end("a", at: time) }
                try end("b", at: 20)
                #expect(try tx.pruneWebhookDeliveries(endedBefore: 21, keeping: 3) == 3)
                #expect(try tx.pruneWebhookDeliveries(endedBefore: 21, keeping: 3) == 0)
            }
            let (a, b) = try await store.read {
                (
                    try $0.webhookDeliveries(ofWebhook: "a", after: nil, limit: 9).items.map(\.id),
                    try $0.webhookDeliveries(ofWebhook: "b", after: nil, limit: 9).items.map(\.id)
                )
            }
            // What waits is never pruned.
            #expect(a == ["a5", "a4", "a3", "a2"])
            #expect(b == ["b1"])
        }
    }

    @Test func aDeliveryIsKeptWithItsCauseOrNotAtAll() async throws {
        try await withTemporaryStore { store in
            let (hook, first) = (webhook("a"), delivery("1", to: "a"))
            try await store.write { try $0.insertWebhook(hook) }
            await #expect(throws: AssayError.self) {
                try await store.write { tx in
                    try tx.insertWebhookDelivery(first)
                    throw AssayError(.conflict, "the change failed")
                }
            }
            #expect(try await store.read { try $0.webhookDeliveries(ofWebhook: "a", after: nil, limit: 9).items.isEmpty })
        }
    }
}
