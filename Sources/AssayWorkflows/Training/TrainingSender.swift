import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

/// Begins what runs elsewhere by a request, with repeats as webhooks have them.
package struct TrainingSender: Sendable {
    /// Longer than any attempt may take.
    static let leaseMilliseconds: Int64 = 120_000
    /// How many are sent at the same time.
    static let width = 8

    private let governance: Governance
    private var useCases: UseCases { governance.useCases }
    private var store: any Store { governance.store }

    package init(governance: Governance) { self.governance = governance }

    /// Sends everything that is due once.
    package func run() async throws {
        let now = governance.now
        let due = try await store.read { tx in
            let rules = try governance.trainingRules(tx)
            return try tx.unfinishedTrainings().filter { training in
                training.state == .queued && training.dueMilliseconds <= now
                    && rules.pipeline(named: training.pipeline).map { !$0.start.isForWorkers } ?? false
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for training in due.prefix(Self.width) { group.addTask { try await send(training.id) } }
            try await group.waitForAll()
        }
    }

    private func send(_ id: String) async throws {
        let taken: (TrainingRecord, TrainingPipeline, Governance.TrainingView)? = try await store.write { tx in
            guard var training = try tx.training(id: id), training.state == .queued,
                let pipeline = try governance.trainingRules(tx).pipeline(named: training.pipeline)
            else { return nil }
            training.attempts += 1
            training.dueMilliseconds = governance.now + Self.leaseMilliseconds
            try tx.updateTraining(training)
            return (training, pipeline, try governance.view(training, tx))
        }
        guard let (training, pipeline, view) = taken else { return }
        let attempt = await attempt(view, pipeline)
        try Task.checkCancellation()
        let spread = useCases.effects.randomBytes(1)[0]
        try await store.write { tx in
            // Cancelled while it was under way.
            guard var kept = try tx.training(id: id), kept.state == .queued else { return }
            switch attempt {
            case .begun(let remote):
                kept.state = .started
                kept.startedMilliseconds = governance.now
                kept.deadlineMilliseconds = governance.now + pipeline.limitMilliseconds
                var said: JSONObject = ["attempts": .integer(Int64(training.attempts))]
                said["remote"] = remote.map { .string($0) }
                try useCases.note(said, on: &kept)
                try tx.updateTraining(kept)
                try useCases.enter("started", kept, said, by: .server, in: tx)
            case .mayPass(let words, let after) where training.attempts < RetrySchedule.attemptLimit:
                kept.dueMilliseconds = governance.now + RetrySchedule.wait(afterAttempt: training.attempts, spread: spread, retryAfterSeconds: after)
                try useCases.note(["words": .string(words)], on: &kept)
                try tx.updateTraining(kept)
            case .mayPass(let words, _), .final(let words):
                _ = try useCases.end(
                    kept, .failed, "it could not be begun: \(words)", ["attempts": .integer(Int64(training.attempts))], by: .server, in: tx)
            }
        }
    }

    private enum Attempt: Sendable {
        case begun(remote: String?)
        case mayPass(String, retryAfterSeconds: Int64?)
        case final(String)
    }

    private func attempt(_ view: Governance.TrainingView, _ pipeline: TrainingPipeline) async -> Attempt {
        let request: TrainingRequest
        do {
            request = try await TrainingRequest.make(view, pipeline, seconds: governance.now / 1_000, secrets: useCases.secrets)
        } catch {
            // A secret that is not there now may be there at the next attempt.
            return .mayPass((error as? AssayError)?.message ?? "the request cannot be made", retryAfterSeconds: nil)
        }
        switch await useCases.outgoing.post(request.message, to: request.url) {
        case .answered(let answer) where (200..<300).contains(answer.status) || (answer.status == 409 && request.isNamed):
            return .begun(remote: request.remote(answer))
        case .answered(let answer):
            let words = "HTTP \(answer.status)\((300..<400).contains(answer.status) ? "; redirects are not followed" : "")"
            let mayPass = answer.status >= 500 || [408, 425, 429].contains(answer.status)
            return mayPass ? .mayPass(words, retryAfterSeconds: answer.retryAfterSeconds) : .final(words)
        case .failed(let failure, let words): return failure.mayPass ? .mayPass(words, retryAfterSeconds: nil) : .final(words)
        }
    }
}
