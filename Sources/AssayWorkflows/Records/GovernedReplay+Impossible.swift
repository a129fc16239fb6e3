import AssayPolicy
import AssayStore
import AssayTerms

/// Decisions that nobody could make at their place in the log, whatever the tables say now: rows were changed around them and put back.
extension GovernedReplay {
    struct Impossible {
        let entryID: String
        /// Why it could not be made.
        let why: String
        /// The leave that it gave, for a place.
        var leave: (fact: GovernedFact, value: Text)?
    }

    /// A place taken because there was no policy, after one was published: published policies never go away.
    mutating func holdAgainstPolicies(_ fact: GovernedFact, _ target: GateTarget, decision: String, entryID: String) {
        guard hasPolicies, decision == GateOutcome.Basis.noPolicy.rawValue, let value = facts[fact] else { return }
        impossible.append(
            Impossible(
                entryID: entryID, why: "it took \(target.text) on the ground that there is no policy, after one was published; the version is to be taken from there",
                leave: (fact, value)))
    }

    /// An approval of somebody who held no role that approves. Denials are not looked at, nor people and roles whose entries say too little.
    mutating func holdAgainstRoles(approver: String, entryID: String) {
        let held = GovernedFact.roles(userID: approver)
        guard knows(held) else { return }
        let roles = facts[held].map { $0.string.split(separator: ",").compactMap { Role(rawValue: String($0.drop { $0 == " " })) } } ?? []
        if roles.contains(where: mayApprove) { return }
        impossible.append(
            Impossible(entryID: entryID, why: "user \(approver) approved and held no role that approves"))
    }

    private func mayApprove(_ role: Role) -> Bool {
        if let shipped = RoleDefinition.shipped.first(where: { $0.role == role }) { return shipped.allows(.approve) }
        let fact = GovernedFact.role(role)
        guard knows(fact) else { return true }
        // `allow read,approve on model:*; deny …`
        return facts[fact].map { grants in
            grants.string.split(separator: ";").contains { grant in
                let words = grant.split(separator: " ")
                return words.first == "allow" && words.dropFirst().first?.split(separator: ",").contains { $0 == Permission.approve.rawValue } ?? false
            }
        } ?? false
    }

    /// What of that is so still, or was once.
    var impossibleDifferences: [RecordComparison.Difference] {
        impossible.map { found in
            RecordComparison.Difference(
                object: "ledger entry \(found.entryID)", detail: found.why, isOver: !(found.leave.map { isHeld($0.fact, $0.value) } ?? false))
        }
    }

    /// Whether the version still holds the place by that leave.
    private func isHeld(_ fact: GovernedFact, _ value: Text) -> Bool {
        guard facts[fact] == value, case .placement(let version, let model, let text) = fact, let target = GateTarget(text: text) else { return false }
        switch target {
        case .stage(let stage): return facts[.stage(versionID: version, modelID: model)] == stage
        case .alias(let alias):
            let numbers = (models[Text(model)]?.versions ?? [:]).filter { $0.value == version }.map { GovernedFact.Value.alias($0.key) }
            return (models[Text(model)]?.aliases ?? []).contains {
                Folding.areEqual($0, alias) && numbers.contains(facts[.alias($0, modelID: model)] ?? "")
            }
        case .registration, .retirement: return true
        }
    }
}
