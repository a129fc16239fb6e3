import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

extension Governance: PromotionGate {
    package func decide(
        _ change: RegistryChange, by actor: Principal, in tx: any StoreTransaction
    ) throws -> PromotionOutcome {
        try requireLife(change, tx)
        switch change {
        case .moveToStage(let version, let stage, let others):
            let target = GateTarget.stage(Text(stage.rawValue))
            // Who stays where they are neither enters nor leaves.
            let moves = version.stage != stage
            let leaving = moves && version.stage != .none ? [(version, GateTarget.stage(Text(version.stage.rawValue)))] : []
            return try decide(
                leaving: leaving, entering: moves && stage != .none ? version : nil, target,
                displacing: others, by: actor, in: tx)
        case .setAlias(let alias, let version, let holder):
            return try decide(
                leaving: [], entering: version, .alias(alias), displacing: holder.map { [$0] } ?? [], by: actor, in: tx)
        case .deleteAlias(let alias, let holder):
            return try decide(
                leaving: [(holder, .alias(alias))], entering: nil, .alias(alias), displacing: [], by: actor, in: tx)
        case .renameModel(_, let name, let versions):
            try requireRegistered(versions, as: name, tx)
            return try decide(versions, action: Action.rename(to: name), newName: name, by: actor, in: tx, places(of:))
        case .deleteModel(_, let versions):
            return try decide(versions, action: Action.delete, by: actor, in: tx, places(of:))
        case .deleteVersion(let version):
            return try decide([version], action: Action.delete, by: actor, in: tx, places(of:))
        case .register(let version, _): return .allowed(try admission(of: version, by: actor, tx))
        }
    }

    static var ungated: PromotionLeave { PromotionLeave(basis: ["decision": "not-gated"]) }

    /// Asks whether `leaving` may go, and then whether `version` may enter `target`.
    ///
    /// Those whom it displaces there go with its leave; where nobody enters, or nothing gates the one who does, they leave
    /// as any other.
    private func decide(
        leaving: [(ModelVersion, GateTarget)], entering version: ModelVersion?, _ target: GateTarget,
        displacing others: [ModelVersion], by actor: Principal, in tx: any StoreTransaction
    ) throws -> PromotionOutcome {
        var leaving = leaving
        let isEntryGated = try version.map { try isGated(tx, $0, target) } ?? false
        if !isEntryGated { leaving += others.map { ($0, target) } }
        var left: [JSONValue] = []
        for (holder, place) in leaving where try isGated(tx, holder, place) {
            guard actor.isNamed, actor.may(.request) else {
                return .refused(Self.mayNotLeave(holder, place, actor))
            }
            left.append(["place": .string(place.text.string), "version": .integer(holder.number)])
        }
        guard let version else {
            return .allowed(left.isEmpty ? Self.ungated : Self.left(left))
        }
        let outcome = try decide([version], action: Action.promote, by: actor, in: tx) { _ in [target] }
        guard !left.isEmpty, case .allowed(let leave) = outcome else { return outcome }
        // A tier may gate more than the look before knew: the leave that is kept is the one the entry tells of.
        let isKept = isEntryGated || ["policies", "default"].contains(leave.basis["basis"]?.string)
        guard isKept, case .object(var basis) = leave.basis else {
            return .allowed(PromotionLeave(basis: Self.left(left).basis, finish: leave.finish))
        }
        basis["left"] = .array(left)
        return .allowed(PromotionLeave(basis: .object(basis), finish: leave.finish))
    }

    /// Leaving asks for no evidence and no approval, so that a rollback is never held up; it asks for somebody who answers
    /// for it.
    private static func left(_ places: [JSONValue]) -> PromotionLeave {
        PromotionLeave(basis: ["decision": "left", "left": .array(places)])
    }

    private func isGated(_ tx: any StoreSnapshot, _ version: ModelVersion, _ target: GateTarget) throws -> Bool {
        // Which places are protected nobody can say then; whoever takes a version from one still has to answer for it.
        guard try useCases.policyDifference(tx) == nil else { return true }
        let gate = try gate(tx)
        if gate.published.isEmpty, !settings.requiresPolicy { return false }
        let governed = try governed(tx, version)
        return !gate.applicable(names: [governed.model] + governed.otherNames, tier: nil, target: target).policies.isEmpty
    }

    private static func mayNotLeave(_ version: ModelVersion, _ place: GateTarget, _ actor: Principal) -> AssayError {
        // The registry's calls need the right to register as well.
        let roles = RoleDefinition.shipped.filter { $0.allows(.register) && $0.allows(.request) }
            .map(\.role.rawValue).joined(separator: " or ")
        return AssayError(
            .permissionDenied,
            naming(
                actor,
                "\(version.modelName) version \(version.number) holds \(place.text), a protected place. Only a named person with the role \(roles) may take it from there."))
    }

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
