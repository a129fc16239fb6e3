import AssayTerms

/// Holds a change against what people object to, and against what earlier approvals left to be done.
struct DeliberationJudge {
    let policies: [Policy]
    let facts: GateFacts
    let binding: GateBinding?

    /// Reasons for the part of the first policy.
    func reasons() -> [GateReason] { objections() + conditions() }

    /// An objection stops what it was said about, as long as its speaker may approve. Among people who vote it is a vote and stops nothing.
    private func objections() -> [GateReason] {
        guard let binding else { return [] }
        return facts.deliberation.objections.filter { $0.binding == binding && stops($0.objector) }.map { objection in
            GateReason(
                decision: .fail, code: .objected, requirement: "objections",
                text: "\(objection.name) objects: \(ReasonText.oneLine(objection.reason))",
                remedy: "answer it with other files or evidence, or talk; \(objection.name) takes it back with: \(Remedy.withdrawObjection(facts))")
        }
    }

    private func stops(_ person: Text) -> Bool {
        let roles = facts.roleHolders.filter { $0.value.contains(person) }.keys
        guard !roles.isEmpty else { return false }
        let voting = Set(policies.flatMap(\.approvals).filter { $0.quorum == .majority }.compactMap(\.role))
        return roles.contains { !voting.contains($0) }
    }

    private func conditions() -> [GateReason] {
        facts.deliberation.conditions.filter { $0.dueAt <= facts.now }.map { condition in
            GateReason(
                decision: .incomplete, code: .conditionOverdue, requirement: "conditions",
                text:
                    "version \(condition.version) was approved on the condition '\(ReasonText.oneLine(condition.text))', which was due and is open",
                remedy: "do it; somebody who may approve then runs: \(Remedy.meetCondition(condition.id, facts))")
        }
    }
}
