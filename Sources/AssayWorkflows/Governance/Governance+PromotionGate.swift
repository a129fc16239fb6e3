import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

extension Governance: PromotionGate {
    package func decide(
        _ change: RegistryChange, by actor: Principal, in tx: any StoreTransaction
    ) throws -> PromotionOutcome {
        switch change {
        case .moveToStage(let version, let stage, _):
            // Who stays where they are enters nothing.
            guard version.stage != stage, stage != .none else { return .allowed(Self.ungated) }
            return try decide([version], action: Action.promote, by: actor, in: tx) { _ in [.stage(Text(stage.rawValue))] }
        case .setAlias(let alias, let version, _):
            return try decide([version], action: Action.promote, by: actor, in: tx) { _ in [.alias(alias)] }
        case .deleteAlias:
            return .allowed(Self.ungated)
        case .renameModel(_, let name, let versions):
            return try decide(versions, action: Action.rename(to: name), newName: name, by: actor, in: tx, places(of:))
        case .deleteModel(_, let versions):
            return try decide(versions, action: Action.delete, by: actor, in: tx, places(of:))
        case .deleteVersion(let version):
            return try decide([version], action: Action.delete, by: actor, in: tx, places(of:))
        case .register(let version, _):
            try enqueueEvidence(tx, for: governed(tx, version))
            return .allowed(Self.ungated)
        }
    }

    private static var ungated: PromotionLeave { PromotionLeave(basis: ["decision": "not-gated"]) }

    /// Asks about every version at every place it takes or holds; the first no decides, so that its text can be read.
    private func decide(
        _ versions: [ModelVersion], action: Text, newName: Text? = nil, by actor: Principal,
        in tx: any StoreTransaction, _ places: (ModelVersion) -> [GateTarget]
    ) throws -> PromotionOutcome {
        var leaves: [Leave] = []
        for version in versions {
            let targets = places(version)
            if targets.isEmpty { continue }
            let governed = try governed(tx, version)
            for target in targets {
                switch try decide(tx, governed, action: action, target: target, newName: newName, by: actor) {
                case .refused(let refusal): return .refused(refusal)
                case .allowed(let leave): leaves.append(leave)
                }
            }
        }
        let basis: JSONValue
        switch leaves.count {
        case 0: return .allowed(Self.ungated)
        case 1: basis = leaves[0].detail
        default:
            basis = [
                "decision": .string((leaves.map(\.evaluation.outcome.decision).max() ?? .pass).rawValue),
                "parts": .array(leaves.map(\.detail)),
            ]
        }
        return .allowed(
            PromotionLeave(basis: basis) { [leaves] tx, entryID in
                for leave in leaves { try self.finish(tx, leave, entryID: entryID) }
            })
    }
}
