import AssayColumns
import AssayRecords
import AssayStore
import AssayTerms

/// One look at labels that came of what both versions of a rollout predicted during its present step. Rollouts without a guard on mistakes, and
/// those of which nothing arrived since the last look, cost nothing.
package actor RolloutOutcomePass {
    private static let pageLimit = 1_000_000

    /// What had arrived when a rollout's step was counted last.
    private struct Seen: Hashable {
        let step: Int
        let predictions: Int64
        let labels: Int64
    }

    private let governance: Governance
    private var seen: [Text: Seen] = [:]

    package init(governance: Governance) { self.governance = governance }

    package func run() async throws {
        let running = try await governance.store.read { tx in
            try self.governance.runningRollouts(tx).filter { rollout in
                rollout.baseline != nil && rollout.plan.guards.contains { if case .mistakes = $0.kind { true } else { false } }
            }
        }
        seen = seen.filter { known in running.contains { Text($0.id) == known.key } }
        for rollout in running { try await look(at: rollout) }
    }

    private func look(at rollout: Rollout) async throws {
        guard let baseline = rollout.baseline, let modelID = rollout.paper.record.subject.modelID,
            let candidate = rollout.paper.record.subject.versionID
        else { return }
        // A row's time is the gateway's clock, a step's the registry's: what is recorded within the step by both is compared.
        let since = rollout.began * 1_000
        // A job counts for the step in which it began, so those of the steps before are looked at too.
        let begun = rollout.plan.strategy == .batch && rollout.step > 0 ? min(since, rollout.paper.record.madeMilliseconds * 1_000) : since
        let (now, parts, labelled) = try await governance.store.read { tx in
            let now = Seen(
                step: rollout.step, predictions: try tx.lastPredictionOrdinal(modelID: modelID, kind: .predictions),
                labels: try tx.lastPredictionOrdinal(modelID: modelID, kind: .labels))
            let parts = try [candidate, baseline.versionID].map { version in
                try tx.predictionSegments(
                    modelID: modelID, kind: .predictions, versionID: version, after: 0, in: begun..<Int64.max, limit: Self.pageLimit)
            }
            return (now, parts, try tx.predictionSegments(modelID: modelID, kind: .labels, versionID: nil, after: 0, in: nil, limit: Self.pageLimit))
        }
        guard seen[Text(rollout.id)] != now, !labelled.isEmpty else { return }
        var labels = LabelIndex()
        for record in labelled {
            guard let bytes = try await governance.segmentBytes(record) else { continue }
            labels.add(try SegmentReader.segment(from: bytes).rows)
        }
        let names = rollout.plan.strategy == .shadow ? (candidate: "shadow", baseline: "answer") : (candidate: "candidate", baseline: "baseline")
        let tolerance = rollout.plan.guards.compactMap { if case .mistakes(let tolerance) = $0.kind { tolerance } else { nil } }.first ?? 0
        var tally = RolloutTally()
        for (records, arm, path) in [(parts[0], names.candidate, \RolloutTally.candidate), (parts[1], names.baseline, \.baseline)] {
            var jobs = LabelledJobs()
            for record in records {
                guard let bytes = try await governance.segmentBytes(record) else { continue }
                let rows = labels.joined(try SegmentReader.segment(from: bytes).rows)
                guard rollout.plan.strategy != .batch else {
                    jobs.add(rows, arm: arm, since: since, begun: begun, tolerance: tolerance)
                    continue
                }
                let counts = LabelledRequests(rows, arm: arm, since: since, tolerance: tolerance)
                tally[keyPath: path].labelled += counts.labelled
                tally[keyPath: path].mistaken += counts.mistaken
            }
            tally[keyPath: path].labelled += jobs.labelled
            tally[keyPath: path].mistaken += jobs.mistaken
        }
        try await governance.observeOutcomes(ofRollout: rollout.id, step: rollout.step, tally)
        seen[Text(rollout.id)] = now
    }
}
