import AssayPolicy
import AssayTerms
import Testing

/// Random policies, edits and facts from fixed seeds: where nothing is found, nothing passes under the newer policy that the
/// older would have stopped. The gate itself is the judge.
struct StrictnessPropertyTests {
    @Test(arguments: 0..<4)
    func whatIsNotLooserLetsNothingMoreThrough(_ seed: Int) throws {
        var draw = PolicyDraw(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 7)
        var isStrict = 0
        var passed = 0
        for _ in 0..<600 {
            let others = draw.chance(3) ? [draw.policy("other")] : []
            let old = draw.policy("p")
            var new = old
            for _ in 0...draw.below(3) { draw.edit(&new) }
            new.version = "2"
            let requires = draw.chance(4)
            let isFirst = draw.chance(5)
            let before = Fixtures.gate(others + (isFirst ? [] : [old]), requiresPolicy: requires)
            let after = Fixtures.gate(others + [new], requiresPolicy: requires)
            guard before.loosenings(publishing: new).isEmpty else { continue }
            isStrict += 1
            for _ in 0..<6 {
                let facts = draw.facts()
                let approvers = draw.approvers()
                guard try decision(after, facts, approvers).allows else { continue }
                passed += 1
                #expect(try decision(before, facts, approvers).allows, "\(old.canonical)\n\(new.canonical)\n\(facts)\n\(approvers)")
            }
        }
        // Neither is rare, or this would show nothing.
        #expect(isStrict > 90 && passed > 30, "\(isStrict) strict pairs, \(passed) passes")
    }

    private func decision(_ gate: Gate, _ facts: GateFacts, _ approvers: [(Text, Int64)]) throws -> Decision {
        var facts = facts
        if let binding = gate.decide(facts).binding {
            facts.approvals = approvers.map { approver, days in
                GateFacts.Approval(
                    approver: approver, name: approver, approvedAt: facts.now - days * 86_400, expiresAt: facts.now + 1, binding: binding)
            }
        }
        return gate.decide(facts).decision
    }
}

extension Policy {
    fileprivate var canonical: String { String(decoding: canonicalText, as: UTF8.self) }
}
