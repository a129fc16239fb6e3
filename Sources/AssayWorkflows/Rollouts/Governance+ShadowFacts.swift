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
        let shadows = try shadows(tx, of: version, manifest).filter { $0.baseline?.manifest == held }
        return try facts(tx, of: shadows, baseline: Text("\(holder.number)"))
    }

    /// What was counted of a version that holds a place, in the shadow of whatever files: what an impact looks at, where the version that it
    /// was compared with is out of the place since. `nil` for the only version of its model, which had nothing to be in the shadow of.
    func shadowsBefore(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> ShadowFacts? {
        let tx = tx.seen(by: .whole)
        guard let manifest = version.frozenManifest else { return nil }
        let shadows = try shadows(tx, of: version, manifest)
        let others = try tx.modelVersions(ofModel: version.modelID).map(\.number).filter { $0 != Int64(version.version) }
        guard let baseline = shadows.first?.baseline?.version ?? others.last(where: { $0 < Int64(version.version) }) ?? others.last else { return nil }
        return try facts(tx, of: shadows, baseline: Text("\(baseline)"))
    }

    /// Of these files, the newest first.
    private func shadows(_ tx: any StoreSnapshot, of version: GovernedVersion, _ manifest: SHA256Digest) throws -> [Rollout] {
        try tx.papers(PaperQuery(.rollout, type: Text(RolloutStrategy.shadow.rawValue), modelID: version.modelID))
            .filter { $0.subject.manifest == manifest }.map { try Rollout(Paper($0, tx)) }
    }

    private func facts(_ tx: any StoreSnapshot, of shadows: [Rollout], baseline: Text) throws -> ShadowFacts {
        var tally = RolloutTally()
        for rollout in shadows {
            for part in try tx.rolloutTallies(rolloutID: rollout.id).values { tally.add(part) }
        }
        return ShadowCounts.facts(tally, baseline: baseline, running: shadows.last(where: \.isRunning).map { Text($0.id) })
    }
}
