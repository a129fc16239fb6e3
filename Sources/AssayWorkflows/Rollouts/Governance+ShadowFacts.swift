import AssayEvidence
import AssayPolicy
import AssayStore
import AssayTerms

extension Governance {
    /// What was counted of these files in the shadow of the files that hold the place now, in whichever rollouts; `nil` where no
    /// version holds it. Whoever asks: the gate decides the same for everybody.
    func shadowFacts(_ tx: any StoreSnapshot, of version: GovernedVersion, target: GateTarget) throws -> ShadowFacts? {
        let tx = tx.seen(by: .whole)
        guard let manifest = version.frozenManifest,
            let holder = try tx.modelVersions(ofModel: version.modelID).last(where: { other in
                other.id != version.id && places(of: other).contains { $0.text == target.text }
            }), let held = holder.content.manifestDigest
        else { return nil }
        var tally = RolloutTally()
        var running: Text?
        for record in try tx.papers(PaperQuery(.rollout, type: Text(RolloutStrategy.shadow.rawValue), modelID: version.modelID))
        where record.subject.manifest == manifest {
            let rollout = try Rollout(Paper(record, tx))
            guard rollout.baseline?.manifest == held else { continue }
            if rollout.isRunning { running = Text(rollout.id) }
            for part in try tx.rolloutTallies(rolloutID: rollout.id).values { tally.add(part) }
        }
        return ShadowCounts.facts(tally, baseline: Text("\(holder.number)"), running: running)
    }
}
