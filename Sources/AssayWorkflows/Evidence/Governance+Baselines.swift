import AssayPolicy
import AssayStore
import AssayTerms

/// What versions are compared with.
extension Governance {
    /// The versions that are there, by how policies name them.
    typealias Baselines = [PolicyCheck.Baseline: GovernedVersion]

    /// The baselines that `policies` compare `version` with, whoever asks: what the gate says does not depend on what the asker sees.
    func baselines(
        _ tx: any StoreSnapshot, for version: GovernedVersion, policies: [Policy], target: GateTarget
    ) throws -> Baselines {
        let tx = tx.seen(by: .whole)
        var found: Baselines = [:]
        for which in Set(policies.flatMap(\.checks).compactMap(\.against)) {
            switch which {
            case .production: found[which] = try baseline(tx, for: version, target: target)
            case .version(let model, let number): found[which] = try findVersion(tx, model: model, number: number)
            case .alias(let model, let alias):
                guard let registered = try tx.registeredModel(named: model),
                    let number = try tx.version(ofAlias: alias, modelID: registered.id)
                else { continue }
                found[which] = try findVersion(tx, model: model, number: Int(number))
            }
        }
        return found
    }

    /// The same as the gate looks at them. Values of another model are not told: whoever reads the decision need not see that model.
    func baselineFacts(
        _ tx: any StoreSnapshot, _ baselines: Baselines, for version: GovernedVersion
    ) throws -> [PolicyCheck.Baseline: GateFacts.Baseline] {
        try baselines.compactMapValues { baseline in
            guard let manifest = baseline.frozenManifest else { return nil }
            return GateFacts.Baseline(
                version: Text(String(baseline.version)), manifest: manifest,
                evidence: try evidence(tx.seen(by: .whole), of: manifest, onTablesOf: nil), isShown: baseline.modelID == version.modelID)
        }
    }
}

extension GateFacts {
    mutating func set(_ baselines: [PolicyCheck.Baseline: Baseline]) {
        baseline = baselines[.production]
        namedBaselines = baselines.filter { $0.key != .production }
    }
}
