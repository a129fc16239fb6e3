import AssayCanonical
import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

/// Which version is which, and how places were taken.
extension GovernedReplay {
    mutating func setVersion(_ payload: JSONValue) -> Bool {
        guard let model = payload["model_id"]?.string, let version = payload["version_id"]?.string,
            let number = payload["version"]?.integer
        else { return false }
        facts[.version(versionID: version, modelID: model)] = GovernedFact.Value.version(number, manifest: Self.manifest(of: payload))
        return true
    }

    /// What was let in holds registration as a place of its own.
    mutating func admit(_ payload: JSONValue, _ entryID: String) -> Bool {
        guard setAdmission(payload) else { return false }
        guard payload["admission"]?.string == "admitted" else { return true }
        return place(payload, in: .registration, entryID)
    }

    mutating func place(_ payload: JSONValue, stage: JSONValue?, _ entryID: String) -> Bool {
        guard let stage = stage?.string else { return false }
        return place(payload, in: .stage(Text(stage)), entryID)
    }

    mutating func place(_ payload: JSONValue, alias: JSONValue?, _ entryID: String) -> Bool {
        guard let alias = alias?.string else { return false }
        return place(payload, in: .alias(Text(alias)), entryID)
    }

    mutating func forget(_ version: String, of model: String, _ targets: Set<Text>) {
        facts[.stage(versionID: version, modelID: model)] = nil
        facts[.admission(versionID: version, modelID: model)] = nil
        facts[.version(versionID: version, modelID: model)] = nil
        for target in targets { facts[.placement(versionID: version, modelID: model, target: target)] = nil }
    }

    /// The gate's leave, as it is kept once a version has its place. What nothing gated takes no leave away that was kept before.
    private mutating func place(_ payload: JSONValue, in target: GateTarget, _ entryID: String) -> Bool {
        guard let model = payload["model_id"]?.string, let version = payload["version_id"]?.string else { return false }
        guard let manifest = Self.manifest(of: payload) else { return true }
        let fact = GovernedFact.placement(versionID: version, modelID: model, target: target.text)
        switch Self.leave(payload["gate"]) {
        case .none: return true
        case .unknown:
            unknownPlacements.insert(fact)
            return true
        case .given(let decision, let detail):
            guard case .object(var kept) = detail else { return false }
            // Who made room is said of the change, not of the leave.
            kept["left"] = nil
            guard let bytes = try? JSONValue.object(kept).canonicalBytes() else { return false }
            unknownPlacements.remove(fact)
            models[Text(model), default: Model()].targets[Text(version), default: []].insert(target.text)
            facts[fact] = GovernedFact.Value.placement(
                decision: decision, manifest: manifest, request: detail["request"]?.string, entry: entryID,
                detail: SHA256Hasher.digest(of: bytes))
            holdAgainstPolicies(fact, target, decision: decision, entryID: entryID)
            return true
        }
    }

    private enum Leave {
        /// Nothing gated the change.
        case none
        /// Made by a program that said less.
        case unknown
        case given(decision: String, detail: JSONValue)
    }

    private static func leave(_ gate: JSONValue?) -> Leave {
        guard let gate, let decision = gate["decision"]?.string else { return .unknown }
        switch gate["basis"]?.string.flatMap(GateOutcome.Basis.init) {
        case .policies, .fallback: return .given(decision: decision, detail: gate)
        case .noPolicy: return .given(decision: GateOutcome.Basis.noPolicy.rawValue, detail: gate)
        case .notGated: return .none
        case nil:
            switch decision {
            case EmergencyGate.decision: return .given(decision: decision, detail: gate)
            case "not-gated", "no-policy": return .none
            default: return .unknown
            }
        }
    }

    private static func manifest(of payload: JSONValue) -> SHA256Digest? { payload["manifest"]?.string.flatMap { SHA256Digest(hex: $0) } }
}
