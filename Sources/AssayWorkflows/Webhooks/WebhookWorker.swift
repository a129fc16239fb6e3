import AssayStore
import AssayTerms
import Logging

/// Sends what waits for webhooks: of each webhook one message after the other, of several at the same time.
///
/// A message is *at least once*: a worker that ends between sending and writing down that it did sends it again, with the
/// same delivery id. An attempt counts when it begins, so that attempts are bounded over restarts too.
package struct WebhookWorker: Sendable {
    /// Longer than any attempt may take, so that a lease runs out only if its holder is gone.
    static let leaseMilliseconds: Int64 = 5 * 60_000
    /// How many webhooks are sent to at the same time.
    static let width = 16
    /// Finished deliveries are kept for this long, and of each webhook so many.
    package static let keptMilliseconds: Int64 = 30 * 86_400_000
    package static let keptCount = 1_000
    private static let pruneMilliseconds: Int64 = 10 * 60_000
    private static let idleMilliseconds = 200
    private static let faultMilliseconds = 5_000

    private let useCases: UseCases
    private var store: any Store { useCases.store }

    package init(useCases: UseCases) { self.useCases = useCases }

    /// Works until the task is cancelled. Leases of an earlier process are taken back first: it held the directory's lock,
    /// which is ours now.
    package func run() async throws {
        let now = useCases.effects.nowMilliseconds()
        try await store.write { try $0.releaseWebhookDeliveries(error: AttemptError.interrupted.rawValue, now: now) }
        let busy = BusyNames(limit: Self.width)
        await withDiscardingTaskGroup { group in
            var prunedAt: Int64 = .min
            while !Task.isCancelled {
                do {
                    let now = useCases.effects.nowMilliseconds()
                    if prunedAt < now - Self.pruneMilliseconds {
                        try await prune()
                        prunedAt = now
                    }
                    for id in try await store.read({ try $0.webhookIDs(dueAt: now, limit: 4 * Self.width) })
                    where busy.begin(Text(id)) {
                        group.addTask {
                            await drain(id)
                            busy.end(Text(id))
                        }
                    }
                    try await Task.sleep(for: .milliseconds(Self.idleMilliseconds))
                } catch is CancellationError {
                    break
                } catch {
                    useCases.logger.error("the webhook worker cannot go on for now: \(error)")
                    try? await Task.sleep(for: .milliseconds(Self.faultMilliseconds))
                }
            }
            group.cancelAll()
        }
    }

    private func drain(_ id: String) async {
        do {
            while try await sendNext(toWebhook: id) { try Task.checkCancellation() }
        } catch is CancellationError {
            // What was being sent stays leased, and is taken back at the next start.
        } catch {
            useCases.logger.error("a webhook's messages cannot be sent for now: \(error)", metadata: ["webhook": "\(id)"])
            try? await Task.sleep(for: .milliseconds(Self.faultMilliseconds))
        }
    }

    /// Makes one attempt at the webhook's oldest unfinished delivery, if that is due.
    ///
    /// - Returns: whether there was one.
    /// - Throws: what the store throws; `CancellationError`, with the delivery left leased.
    package func sendNext(toWebhook id: String) async throws -> Bool {
        let effects = useCases.effects
        let now = effects.nowMilliseconds()
        let lease = effects.newID()
        let taken: (WebhookDelivery, WebhookRecord)? = try await store.write { tx in
            guard
                let delivery = try tx.leaseWebhookDelivery(
                    ofWebhook: id, lease: lease, now: now, until: now + Self.leaseMilliseconds),
                let record = try tx.webhook(id: id)
            else { return nil }
            return (delivery, record)
        }
        guard let (delivery, record) = taken else { return false }
        let verdict = try await attempt(delivery, record)
        let done = effects.nowMilliseconds()
        let isTaken = try await store.write { tx in
            var state = verdict.state
            // Disabled or deleted while it was under way: no further attempt.
            if state == .queued, try tx.webhook(id: id)?.status != .active { state = .cancelled }
            return try tx.finishWebhookAttempt(
                ofDelivery: delivery.id, lease: lease, state: state, due: done + verdict.wait, status: verdict.status,
                error: verdict.error?.rawValue, now: done)
        }
        if verdict.state == .failed, isTaken {
            useCases.logger.notice(
                "a webhook's message was given up",
                metadata: [
                    "webhook": "\(id)", "delivery": "\(delivery.id)", "error": "\(verdict.error?.rawValue ?? "none")",
                    "status": "\(verdict.status.map(String.init) ?? "none")",
                ])
        }
        return true
    }

    /// How an attempt ended, and what follows from it.
    private struct Verdict {
        var state: WebhookDelivery.State
        var wait: Int64 = 0
        var status: Int?
        var error: AttemptError?
    }

    private func attempt(_ delivery: WebhookDelivery, _ record: WebhookRecord) async throws -> Verdict {
        let number = delivery.attempts.count
        let now = useCases.effects.nowMilliseconds()
        // An interrupted attempt counts, so the one that would go beyond the limit is not made.
        guard number <= RetrySchedule.attemptLimit, now - delivery.createdMilliseconds <= RetrySchedule.expiryMilliseconds
        else { return Verdict(state: .failed, error: .expired) }
        let outcome: OutgoingOutcome
        do {
            let body = try useCases.keyring.open(delivery.sealedBody, context: UseCases.context(ofDelivery: delivery.id))
            outcome = try await useCases.send(body, deliveryID: delivery.id, to: record)
        } catch let error as AssayError {
            useCases.logger.error("\(error.message)", metadata: ["delivery": "\(delivery.id)"])
            return Verdict(state: .failed, error: error.code == .notFound ? .erased : .unreadable)
        }
        try Task.checkCancellation()
        let answered: (status: Int?, error: AttemptError, mayPass: Bool, retryAfter: Int64?)
        switch outcome {
        case .answered(let answer) where (200..<300).contains(answer.status):
            return Verdict(state: .delivered, status: answer.status)
        case .answered(let answer):
            answered = (
                answer.status, (300..<400).contains(answer.status) ? .redirect : .status,
                answer.status >= 500 || [408, 425, 429].contains(answer.status), answer.retryAfterSeconds
            )
        case .failed(let failure, _): answered = (nil, AttemptError(failure), failure.mayPass, nil)
        }
        guard answered.mayPass, number < RetrySchedule.attemptLimit else {
            return Verdict(state: .failed, status: answered.status, error: answered.error)
        }
        let wait = RetrySchedule.wait(
            afterAttempt: number, spread: useCases.effects.randomBytes(1)[0], retryAfterSeconds: answered.retryAfter)
        return Verdict(state: .queued, wait: wait, status: answered.status, error: answered.error)
    }

    private func prune() async throws {
        let now = useCases.effects.nowMilliseconds()
        _ = try await store.write {
            try $0.pruneWebhookDeliveries(endedBefore: now - Self.keptMilliseconds, keeping: Self.keptCount)
        }
    }
}
