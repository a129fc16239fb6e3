import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms

/// Objections, conditions and delegations.
extension GovernedReplay {
    mutating func raiseObjection(_ payload: JSONValue) -> Bool {
        guard let id = payload["objection"]?.string, let objector = payload["objector"]?.string, let binding = payload["binding"],
            let request = binding["request"]?.string, let bytes = try? binding.canonicalBytes()
        else { return false }
        facts[.objection(id: id, requestID: request)] = GovernedFact.Value.objection(
            isWithdrawn: false, by: objector, binding: SHA256Hasher.digest(of: bytes))
        return true
    }

    mutating func withdrawObjection(_ payload: JSONValue) -> Bool {
        guard let id = payload["objection"]?.string, let objector = payload["objector"]?.string, let request = payload["request"]?.string,
            let digest = payload["binding_digest"]?.string.flatMap({ SHA256Digest(hex: $0) })
        else { return false }
        facts[.objection(id: id, requestID: request)] = GovernedFact.Value.objection(isWithdrawn: true, by: objector, binding: digest)
        return true
    }

    /// What an approval asked for.
    mutating func setConditions(ofApproval payload: JSONValue) -> Bool {
        for condition in payload["conditions"]?.array ?? [] {
            guard let id = condition["id"]?.string, let due = condition["due_ms"]?.integer, let approval = payload["approval"]?.string,
                let request = payload["binding"]?["request"]?.string
            else { return false }
            facts[.condition(id: id, requestID: request)] = GovernedFact.Value.condition(approval: approval, due: due, metBy: nil)
        }
        return true
    }

    mutating func meetCondition(_ payload: JSONValue) -> Bool {
        guard let id = payload["condition"]?.string, let approval = payload["approval"]?.string, let due = payload["due_ms"]?.integer,
            let request = payload["request"]?.string, let user = payload["met_by"]?.string
        else { return false }
        facts[.condition(id: id, requestID: request)] = GovernedFact.Value.condition(approval: approval, due: due, metBy: user)
        return true
    }

    mutating func setDelegation(_ payload: JSONValue, isRevoked: Bool) -> Bool {
        guard let id = payload["delegation"]?.string, let delegator = payload["delegator"]?.string,
            let delegate = payload["delegate"]?.string, let role = payload["role"]?.string, let from = payload["from_ms"]?.integer,
            let until = payload["until_ms"]?.integer
        else { return false }
        facts[.delegation(id: id, userID: delegator)] = GovernedFact.Value.delegation(
            role: Text(role), to: delegate, from: from, until: until, isRevoked: isRevoked)
        return true
    }
}
