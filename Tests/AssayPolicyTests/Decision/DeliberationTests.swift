import AssayPolicy
import AssayTerms
import Testing

/// Objections, overdue conditions and people who stand in for others, as the gate counts them.
@Suite struct DeliberationTests {
    private func policy(_ approvals: String, separates: Bool = true) throws -> Policy {
        try Fixtures.read(
            """
            assay: policy/v1
            name: p
            version: 1
            approvals: \(approvals)
            separation-of-duties: \(separates)
            """)
    }

    private func approve(_ people: [Text], _ facts: inout GateFacts, _ gate: Gate) throws {
        let binding = try #require(gate.decide(facts).binding)
        facts.approvals = people.map {
            GateFacts.Approval(approver: $0, name: $0, approvedAt: facts.now - 10, expiresAt: facts.now + 1_000, binding: binding)
        }
    }

    private func object(_ person: Text, _ facts: inout GateFacts, _ gate: Gate) throws {
        let binding = try #require(gate.decide(facts).binding)
        facts.deliberation.objections.append(.init(objector: person, name: person, reason: "not\nyet", binding: binding))
    }

    @Test func anObjectionStopsWhatItWasSaidAbout() throws {
        let gate = Fixtures.gate([try policy("[{role: validator, count: 1}]")])
        var facts = Fixtures.facts()
        try approve(["vera"], &facts, gate)
        #expect(gate.decide(facts).decision == .pass)
        try object("carl", &facts, gate)
        let outcome = gate.decide(facts)
        let reason = try #require(outcome.unmet.first)
        #expect(outcome.decision == .fail && reason.code == .objected && reason.text == "carl objects: not yet")
        #expect(reason.remedy?.contains("assay model object loan-approval 3 --stage Production --withdraw") == true)
        // About other files it says nothing.
        facts.deliberation.objections[0].binding.manifest = Fixtures.digest(9)
        #expect(gate.decide(facts).decision == .pass)
        // Nor from somebody who may approve nothing any more.
        facts.deliberation.objections = []
        try object("carl", &facts, gate)
        facts.roleHolders["compliance"] = ["vera"]
        #expect(gate.decide(facts).decision == .pass)
    }

    @Test func amongPeopleWhoVoteAnObjectionIsAVoteNotGiven() throws {
        let gate = Fixtures.gate([try policy("[{role: committee, vote: majority}]")])
        var facts = Fixtures.facts()
        facts.roleHolders = ["committee": ["a", "b", "c"], "validator": ["vera"]]
        try approve(["a", "b"], &facts, gate)
        try object("c", &facts, gate)
        #expect(gate.decide(facts).decision == .pass, "two of three said yes")
        try object("vera", &facts, gate)
        #expect(gate.decide(facts).decision == .fail, "a validator does not vote and says no")
    }

    @Test func whatIsDueAndOpenStopsTheNext() throws {
        let gate = Fixtures.gate([try policy("[{role: validator, count: 1}]")])
        var facts = Fixtures.facts()
        try approve(["vera"], &facts, gate)
        facts.deliberation.conditions = [.init(id: "c1", version: "2", text: "a drift report", dueAt: facts.now + 1)]
        #expect(gate.decide(facts).decision == .pass)
        facts.now += 1
        let reason = try #require(gate.decide(facts).unmet.first)
        #expect(reason.code == .conditionOverdue && reason.decision == .incomplete)
        #expect(reason.remedy?.contains("assay model conditions loan-approval --met c1") == true)
    }

    private func delegations(_ given: (Text, Text, Text)...) -> [GateDeliberation.Delegation] {
        given.map { .init(delegator: $0.0, name: $0.0, delegate: $0.1, role: $0.2) }
    }

    @Test func whoStandsInFillsThePlaceOfWhomTheyStandFor() throws {
        let gate = Fixtures.gate([try policy("[{role: compliance, count: 1}]")])
        var facts = Fixtures.facts()
        facts.roleHolders = ["validator": ["vera", "victor"], "compliance": ["carl"]]
        try approve(["victor"], &facts, gate)
        #expect(gate.decide(facts).decision == .incomplete)
        facts.deliberation.delegations = delegations(("carl", "victor", "compliance"))
        let outcome = gate.decide(facts)
        #expect(outcome.decision == .pass && outcome.approvers == ["victor"])
        #expect(outcome.parts[0].reasons[0].text.contains("victor in the stead of carl"))
        // In another role, or from somebody who does not hold it, it counts for nothing.
        for given in [("carl", "victor", "validator"), ("vera", "victor", "compliance"), ("carl", "vera", "compliance")] as [(Text, Text, Text)] {
            facts.deliberation.delegations = delegations(given)
            #expect(gate.decide(facts).decision == .incomplete, "\(given)")
        }
        // Nor where the one who stands in may approve nothing.
        facts.deliberation.delegations = delegations(("carl", "victor", "compliance"))
        facts.roleHolders["validator"] = ["vera"]
        #expect(gate.decide(facts).decision == .incomplete)
    }

    @Test func onePersonsLeaveFillsOnePlace() throws {
        let gate = Fixtures.gate([try policy("[{role: compliance, count: 2}]")])
        var facts = Fixtures.facts()
        facts.roleHolders = ["validator": ["vera", "victor"], "compliance": ["carl", "dora"]]
        facts.deliberation.delegations = delegations(("carl", "victor", "compliance"), ("carl", "vera", "compliance"))
        try approve(["victor", "vera"], &facts, gate)
        #expect(gate.decide(facts).decision == .incomplete, "two people in the stead of one are one")
        try approve(["carl", "victor"], &facts, gate)
        #expect(gate.decide(facts).decision == .incomplete, "and so are one and who stands in for them")
        try approve(["dora", "victor"], &facts, gate)
        #expect(gate.decide(facts).decision == .pass)
        // Not across the places of two roles either.
        let two = Fixtures.gate([try policy("[{role: compliance, count: 1}, {role: validator, count: 1}]")])
        facts.roleHolders = ["other": ["x", "y"], "validator": ["carl"], "compliance": ["carl"]]
        facts.deliberation.delegations = delegations(("carl", "x", "compliance"), ("carl", "y", "validator"))
        try approve(["x", "y"], &facts, two)
        #expect(two.decide(facts).decision == .incomplete)
    }

    @Test func whoMadeOrPublishedItDoesNotStandIn() throws {
        let gate = Fixtures.gate([try policy("[{role: compliance, count: 1}]")])
        var facts = Fixtures.facts()
        facts.roleHolders = ["validator": ["author", "victor"], "compliance": ["carl"]]
        facts.deliberation.delegations = delegations(("carl", "author", "compliance"))
        try approve(["author"], &facts, gate)
        #expect(gate.decide(facts).decision == .incomplete)
        facts.deliberation.delegations = delegations(("carl", "victor", "compliance"))
        try approve(["victor"], &facts, gate)
        #expect(gate.decide(facts).decision == .pass)
        facts.publishers["p"] = "victor"
        #expect(gate.decide(facts).decision == .incomplete)
        // Nor is it worth anything in the stead of one of those.
        facts.publishers["p"] = "carl"
        #expect(gate.decide(facts).decision == .incomplete)
    }
}
