import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import Synchronization

/// One look at everything that training waits for: times, workers that fell silent, limits, and versions to ask the gate about.
package struct TrainingPass: Sendable {
    /// What no worker took for so long has failed.
    package static let patienceMilliseconds: Int64 = 7 * 86_400_000

    /// A longer pause between two looks means that the server was away, asleep or behind, or that its clock was set.
    package static let pauseMilliseconds: Int64 = 30_000

    /// When was looked, kept from look to look.
    private final class Looks: Sendable {
        struct State {
            var last: Int64?
            /// Until then nobody is said to have been silent, since nobody could be heard.
            var grace: Int64 = .min
        }

        let state = Mutex(State())
    }

    private let governance: Governance
    private let looks = Looks()
    private var store: any Store { governance.store }

    package init(governance: Governance) { self.governance = governance }

    package func run() async throws {
        let (rules, applied, unfinished, unasked) = try await store.read { tx in
            (
                try governance.trainingRules(tx), try tx.trainingRulesInForce()?.appliedMilliseconds ?? 0, try tx.unfinishedTrainings(),
                try tx.unaskedTrainings(limit: 100)
            )
        }
        for pipeline in rules.pipelines { try await keepTime(pipeline, since: applied) }
        let isListening = listens()
        for training in unfinished where failure(of: training, rules, isListening) != nil {
            try await store.write { tx in
                // As it is by now.
                guard let training = try tx.training(id: training.id), !training.state.isOver else { return }
                let isGone = try tx.registeredModel(id: training.modelID) == nil
                guard let words = isGone ? "the model is gone" : failure(of: training, rules, isListening) else { return }
                _ = try governance.useCases.end(training, .failed, words, by: .server, in: tx)
            }
        }
        for training in unasked { try await ask(training.id, rules.pipeline(named: training.pipeline)?.promotion) }
    }

    private func keepTime(_ pipeline: TrainingPipeline, since applied: Int64) async throws {
        guard let name = pipeline.singleModel else { return }
        for schedule in pipeline.triggers.schedules {
            let due = schedule.last(at: governance.now)
            guard due > applied else { continue }
            let key = Text("schedule/\(due)")
            try await store.write { tx in
                guard let model = try tx.registeredModel(named: name) else { return }
                try governance.begin(
                    pipeline, modelID: model.id, model: model.name, .schedule, key: key, ["due": .string(Governance.time(due))], by: .server, in: tx)
            }
        }
    }

    /// Whether workers have had a whole period to be heard in: not within one after the first look, and after each look that came late or
    /// early by the clock.
    private func listens() -> Bool {
        let now = governance.now
        return looks.state.withLock { looks in
            if looks.last.map({ !(0...Self.pauseMilliseconds).contains(now - $0) }) ?? true {
                looks.grace = now + Governance.trainingLeaseMilliseconds
            }
            looks.last = now
            return now >= looks.grace
        }
    }

    private func failure(of training: TrainingRecord, _ rules: TrainingRules, _ isListening: Bool) -> String? {
        let now = governance.now
        switch training.state {
        case .queued:
            if rules.pipeline(named: training.pipeline) == nil { return "the pipelines in force have no '\(training.pipeline)'" }
            return now - training.createdMilliseconds > Self.patienceMilliseconds ? "no worker took it within 7 days" : nil
        case .started:
            // A worker keeps to the limit by a clock of its own, and tells.
            if let deadline = training.deadlineMilliseconds, deadline < now, isListening {
                return training.workerID == nil ? "nothing came back within the limit" : "it took longer than its limit"
            }
            if isListening, training.workerID != nil, let lease = training.leaseMilliseconds, lease < now { return "its worker fell silent" }
            return nil
        case .finished, .failed, .cancelled, .bounded: return nil
        }
    }

    /// Asks the gate for the place that the pipeline names; nothing is promoted by that.
    private func ask(_ id: String, _ target: GateTarget?) async throws {
        try await store.write { tx in
            guard var training = try tx.training(id: id), !training.isAsked, let versionID = training.versionID else { return }
            training.isAsked = true
            guard let target, let record = try tx.modelVersion(id: versionID) else { return try tx.updateTraining(training) }
            let version = try governance.governed(tx, record)
            try governance.enqueueEvidence(tx, for: version)
            let evaluation = try governance.evaluate(tx, version, action: Governance.Action.into(target), target: target)
            let request = evaluation.isGated ? try governance.keep(tx, evaluation, by: .server) : nil
            var said: JSONObject = ["target": .string(target.text.string)]
            said["request"] = request.map { .string($0.id) }
            try governance.useCases.note(said, on: &training)
            try tx.updateTraining(training)
        }
    }
}
