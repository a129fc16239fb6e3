import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

/// One look at everything that training waits for: times, workers that fell silent, limits, and versions to ask the gate about.
package struct TrainingPass: Sendable {
    /// What no worker took for so long has failed.
    package static let patienceMilliseconds: Int64 = 7 * 86_400_000

    private let governance: Governance
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
        for training in unfinished where failure(of: training, rules) != nil {
            try await store.write { tx in
                // As it is by now.
                guard let training = try tx.training(id: training.id), !training.state.isOver else { return }
                let isGone = try tx.registeredModel(id: training.modelID) == nil
                guard let words = isGone ? "the model is gone" : failure(of: training, rules) else { return }
                _ = try governance.useCases.end(training, .failed, words, by: .server, in: tx)
            }
        }
        for training in unasked { try await ask(training.id, rules.pipeline(named: training.pipeline)?.promotion) }
    }

    private func keepTime(_ pipeline: TrainingPipeline, since applied: Int64) async throws {
        guard let name = pipeline.singleModel else { return }
        for schedule in pipeline.schedules {
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

    private func failure(of training: TrainingRecord, _ rules: TrainingRules) -> String? {
        let now = governance.now
        switch training.state {
        case .queued:
            if rules.pipeline(named: training.pipeline) == nil { return "the pipelines in force have no '\(training.pipeline)'" }
            return now - training.createdMilliseconds > Self.patienceMilliseconds ? "no worker took it within 7 days" : nil
        case .started:
            if let deadline = training.deadlineMilliseconds, deadline < now {
                return training.workerID == nil ? "nothing came back within the limit" : "it took longer than its limit"
            }
            if training.workerID != nil, let lease = training.leaseMilliseconds, lease < now { return "its worker fell silent" }
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
