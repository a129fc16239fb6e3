import AssayServing
import AssayTerms

extension GatewayTable {
    /// Who scores a job, held, and for which rollout it counts.
    struct Scorer: Sendable {
        let version: Version
        /// `nil` where the job is no rollout's.
        let rollout: GatewayRollout?
        let arm: GatewayRollout.Arm
        /// The version that holds the job's place, where the candidate scores it, and the other way round; not held.
        let other: Version?
    }

    /// Who scores a job if it begins now: the version that it was handed in for, or the candidate of a batch that is under way for its place.
    ///
    /// A job that was to be scored by a candidate which holds a place by now is scored by it.
    ///
    /// - Returns: whoever it is, held.
    /// - Throws: `notFound` where the version is not served any more, `conflict` where it has other files.
    func scorer(of job: GatewayJob) throws -> Scorer {
        let model = snapshot[job.model]
        let held = model?.versions.first { $0.number == job.held.version && $0.statement.manifest == job.held.manifest }
        if let model, let held, let place = job.heldPlace, model.places[place] == held.number {
            let now = UTCTime.now()
            if let rollout = model.rollouts.first(where: { $0.statement.strategy == .batch && $0.concerns(place, held: held, now: now) }) {
                let isCandidates = rollout.arm(ofJob: job.unit) == .candidate
                if isCandidates, rollout.candidate.hold() {
                    return Scorer(version: rollout.candidate, rollout: rollout, arm: .candidate, other: held)
                }
                if !isCandidates, held.hold() { return Scorer(version: held, rollout: rollout, arm: .baseline, other: rollout.candidate) }
            }
        }
        if job.arm == .candidate, let placed = model?.versions.first(where: { $0.number == job.version && $0.statement.manifest == job.manifest }),
            placed.hold()
        {
            return Scorer(version: placed, rollout: nil, arm: .baseline, other: nil)
        }
        let (version, _, _) = try findPlaced(job.model, .version(job.held.version))
        guard version.statement.manifest == job.held.manifest else {
            version.release()
            throw AssayError(.conflict, "Version \(job.held.version) of \(job.model) has other files than when the job was handed in.")
        }
        return Scorer(version: version, rollout: nil, arm: .baseline, other: nil)
    }
}
