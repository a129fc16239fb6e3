import AssayTerms

/// Seats people who approved in the places a policy asks for.
struct ApprovalJudge {
    struct Verdict {
        var reasons: [GateReason]
        /// Principals whose approvals fill a place, sorted.
        var approvers: [Text]
    }

    private struct Seat {
        var rule: Int
        var people: Set<Text>
    }

    let policy: Policy
    let settings: GateSettings
    let facts: GateFacts
    /// What approvals must be bound to; `nil` for a version that is not frozen, which nobody can approve.
    let binding: GateBinding?

    /// One person fills one place, and places are filled as fully as they can be: someone with two roles takes the one
    /// that nobody else can fill (augmenting paths, in the policy's order and the order of approval).
    func judge() -> Verdict {
        var counted: [Text] = []
        var refused: [String] = []
        for approval in facts.approvals.sorted(by: { ($0.approvedAt, $0.approver) < ($1.approvedAt, $1.approver) }) {
            if let objection = objection(to: approval) {
                refused.append("\(approval.name)'s approval does not count: \(objection)")
            } else if !counted.contains(approval.approver) {
                counted.append(approval.approver)
            }
        }
        var spoken = Set(counted)
        var steads: [Text: Text] = [:]
        let seats = policy.approvals.enumerated().flatMap { index, rule in
            let delegates = delegates(of: rule, approved: counted, &spoken)
            for (delegate, name) in delegates { steads[delegate] = name }
            let people = holders(of: rule).union(delegates.keys)
            return (0..<count(rule)).map { _ in Seat(rule: index, people: people) }
        }
        let occupants = fill(seats, with: counted)
        let reasons = policy.approvals.enumerated().map { index, rule in
            let people = seats.indices.filter { seats[$0].rule == index }.compactMap { occupants[$0] }
            return reason(rule, filledBy: people, steads, refused: refused)
        }
        return Verdict(reasons: reasons, approvers: occupants.compactMap(\.self).sorted())
    }

    /// Why an approval does not count, or `nil`.
    private func objection(to approval: GateFacts.Approval) -> String? {
        guard let binding else { return "the version is not frozen" }
        let differences = approval.binding.differences(from: binding)
        if !differences.isEmpty { return "it was given for another \(differences.joined(separator: ", "))" }
        let (end, overflow) = approval.approvedAt.addingReportingOverflow(Int64(policy.approvalDays) * 86_400)
        if facts.now >= approval.expiresAt || (!overflow && facts.now >= end) { return "it has expired" }
        if facts.publishers[policy.name] == approval.approver {
            return "\(approval.name) published this policy and cannot approve under it"
        }
        if policy.separatesDuties, facts.authors.contains(approval.approver) {
            return "an author of the version does not count"
        }
        return nil
    }

    /// Who may fill a place of `rule` now.
    private func holders(of rule: ApprovalRule) -> Set<Text> {
        var people = electorate(of: rule)
        // Whoever sets the rule is not the one to find it met, whatever the rule says about duties.
        if let publisher = facts.publishers[policy.name] { people.remove(publisher) }
        return people
    }

    /// Who fills a place of `rule` in the stead of somebody who may and has not, with the name of that person. One person's leave
    /// fills one place, by whomever it is used; whoever may not approve the version themselves does not in another's stead either.
    ///
    /// - Parameter spoken: those who approved, and those in whose stead somebody did.
    private func delegates(of rule: ApprovalRule, approved: [Text], _ spoken: inout Set<Text>) -> [Text: Text] {
        let roles = rule.role.map { [$0] } ?? settings.approvingRoles
        let holders = holders(of: rule)
        let approving = facts.roleHolders.values.reduce(into: Set<Text>()) { $0.formUnion($1) }
        var names: [Text: Text] = [:]
        for delegation in facts.deliberation.delegations where roles.contains(delegation.role) && holders.contains(delegation.delegator) {
            let delegate = delegation.delegate
            let mayApprove =
                approving.contains(delegate) && facts.publishers[policy.name] != delegate
                && !(policy.separatesDuties && facts.authors.contains(delegate))
            guard mayApprove, approved.contains(delegate), !holders.contains(delegate), names[delegate] == nil,
                spoken.insert(delegation.delegator).inserted
            else { continue }
            names[delegate] = delegation.name
        }
        return names
    }

    private func electorate(of rule: ApprovalRule) -> Set<Text> {
        let roles = rule.role.map { [$0] } ?? settings.approvingRoles
        let people = roles.reduce(into: Set<Text>()) { $0.formUnion(facts.roleHolders[$1] ?? []) }
        return policy.separatesDuties ? people.subtracting(facts.authors) : people
    }

    /// A majority is one of all who may approve, the publisher among them: or publishing a policy anew would lower it.
    private func count(_ rule: ApprovalRule) -> Int {
        switch rule.quorum {
        case .count(let count): count
        case .majority: electorate(of: rule).count / 2 + 1
        }
    }

    /// The person in each seat. Kuhn's algorithm: O(seats² × people), with at most 100 seats a rule.
    private func fill(_ seats: [Seat], with people: [Text]) -> [Text?] {
        var seatOf = [Int?](repeating: nil, count: people.count)
        func take(_ seat: Int, _ tried: inout [Bool]) -> Bool {
            for person in people.indices where !tried[person] && seats[seat].people.contains(people[person]) {
                tried[person] = true
                var isFree = true
                if let held = seatOf[person] { isFree = take(held, &tried) }
                if isFree {
                    seatOf[person] = seat
                    return true
                }
            }
            return false
        }
        for seat in seats.indices {
            var tried = [Bool](repeating: false, count: people.count)
            _ = take(seat, &tried)
        }
        var occupants = [Text?](repeating: nil, count: seats.count)
        for (person, seat) in seatOf.enumerated() {
            if let seat { occupants[seat] = people[person] }
        }
        return occupants
    }

    private func reason(_ rule: ApprovalRule, filledBy people: [Text], _ steads: [Text: Text], refused: [String]) -> GateReason {
        let eligible = holders(of: rule)
        let needed = count(rule)
        let isMet = people.count >= needed
        let role = rule.role?.string ?? settings.approvingRoles.map(\.string).joined(separator: " or ")
        let who = people.isEmpty ? "" : " (\(people.map { name(of: $0, for: steads[$0]) }.joined(separator: ", ")))"
        let quorum = rule.quorum == .majority ? ", a majority" : ""
        var text = "approvals by \(role): \(people.count) of \(needed)\(quorum)\(who)"
        if !isMet {
            if policy.separatesDuties { text += "; the author never counts" }
            if eligible.count < needed {
                text += "; \(eligible.isEmpty ? "nobody" : "only \(eligible.count)") who may approve holds that role"
            }
            if !refused.isEmpty { text += "; " + ReasonText.list(refused) }
        }
        return GateReason(
            decision: isMet ? .pass : .incomplete, code: isMet ? .met : .approvalMissing, requirement: "approvals",
            limit: "\(role) \(needed)", text: text,
            remedy: isMet ? nil : "a person with the role \(role) runs: \(Remedy.approve(facts))")
    }

    private func name(of approver: Text, for delegator: Text?) -> String {
        let name = facts.approvals.first { $0.approver == approver }?.name.string ?? approver.string
        return delegator.map { "\(name) in the stead of \($0)" } ?? name
    }
}
