import AssayPolicy
import AssayTerms
import Testing

/// Documents that a policy demands.
@Suite struct DocumentTests {
    private func policy(_ documents: String) throws -> Policy {
        try Fixtures.read("assay: policy/v1\nname: p\nversion: 1\ndocuments: \(documents)\napprovals: [{role: validator}]\n")
    }

    private func facts(_ documents: [RequiredDocument: [String]], digest: UInt8 = 0xC1) -> GateFacts {
        var facts = Fixtures.facts()
        facts.documents = documents.mapValues { .init(digest: Fixtures.digest(digest), missing: $0) }
        return facts
    }

    private func reason(_ policy: Policy, _ facts: GateFacts) throws -> GateReason {
        let reasons = try #require(Fixtures.gate([policy]).decide(facts).parts.first).reasons
        return try #require(reasons.first { $0.requirement == "model-card" })
    }

    @Test func aCardHasToBeComplete() throws {
        let policy = try policy("[model-card]")
        let none = try reason(policy, Fixtures.facts())
        #expect(none.decision == .incomplete && none.code == .documentIncomplete)
        let open = try reason(policy, facts([.modelCard: ["intended_use"]]))
        #expect(open.decision == .incomplete && open.text.contains("lacks intended_use"))
        #expect(open.remedy == "see what fills each field: assay card loan-approval 3")
        #expect(try reason(policy, facts([.modelCard: []])).decision == .pass)
        // A short one is another document.
        #expect(try reason(policy, facts([.shortCard: []])).decision == .incomplete)
    }

    /// What somebody approved is the card as it was: whoever rewrites it afterwards has nothing approved.
    @Test func approvalsFallWithTheCard() throws {
        let policy = try policy("[model-card]")
        let gate = Fixtures.gate([policy])
        var facts = facts([.modelCard: []])
        let binding = try #require(gate.decide(facts).binding)
        #expect(binding.documents == [Fixtures.digest(0xC1)])
        facts.approvals = [.init(approver: "vera", name: "vera", approvedAt: facts.now, expiresAt: facts.now + 100, binding: binding)]
        #expect(gate.decide(facts).decision == .pass)
        facts.documents[.modelCard]?.digest = Fixtures.digest(0xC9)
        let after = gate.decide(facts)
        #expect(after.decision == .incomplete)
        #expect(after.parts.flatMap(\.reasons).contains { $0.text.contains("given for another model card") })
    }

    /// Documents that nobody asks for bind nothing, and a policy's digest without any is what it was.
    @Test func whatIsNotDemandedBindsNothing() throws {
        let policy = try Fixtures.read("assay: policy/v1\nname: p\nversion: 1\napprovals: [{role: validator}]\n")
        #expect(Fixtures.gate([policy]).decide(facts([.modelCard: []])).binding?.documents == [])
        #expect(!String(decoding: policy.canonicalText, as: UTF8.self).contains("documents"))
        let demanding = try self.policy("[model-card, short-card]")
        #expect(demanding.documents == [.shortCard, .modelCard])
        #expect(try PolicyReader.read(demanding.canonicalText, catalogue: nil) == demanding)
    }

    @Test func whatIsNoDocumentIsRefused() {
        func problems(_ documents: String) -> [String] {
            Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\ndocuments: \(documents)\n")
        }
        #expect(problems("[model-card]").isEmpty, "a policy may ask for documents alone")
        #expect(problems("[model-cards]").contains { $0.contains("did you mean 'model-card'") })
        #expect(problems("[]").contains { $0.contains("empty list") })
        #expect(problems("model-card").contains { $0.contains("is a list") })
        #expect(problems("[model-card, model-card]").contains { $0.contains("twice") })
    }

    @Test func whatItSaysIsSaid() throws {
        let explanation = PolicyExplanation(try policy("[model-card]"), catalogue: Fixtures.catalogue, approvingRoles: ["validator"])
        let section = try #require(explanation.sections.first { $0.part == .documents })
        #expect(section.sentences.count == 2 && section.sentences[0].contains("every field filled"))
        let short = PolicyExplanation(try policy("[short-card]"), catalogue: Fixtures.catalogue, approvingRoles: ["validator"])
        #expect(short.sections.first { $0.part == .documents }?.sentences != section.sentences)
        let none = try Fixtures.read("assay: policy/v1\nname: p\nversion: 1\napprovals: [{role: validator}]\n")
        let differences = PolicyComparison.differences(try policy("[model-card]"), none, approvingRoles: ["validator"])
        #expect(differences.map(\.mark) == [.looser] && differences.map(\.part) == [.documents])
        #expect(differences[0].text == "documents: none, where it was a complete model card")
    }

    @Test func casesOfAPolicyCanLeaveThemOut() throws {
        let policy = try policy("[model-card]")
        let cases = """
            assay: policy-test/v1
            policy: p
            cases:
              - name: no card
                facts: {documents: []}
                expect:
                  decision: incomplete
                  reasons: [{requirement: model-card, code: document-incomplete}]
              - name: with one
                facts: {approvals: [{by: vera, roles: [validator]}]}
                expect: {decision: pass}
            """
        let read = try PolicyTestReader.read(Array(cases.utf8), policy: policy, catalogue: Fixtures.catalogue)
        let outcomes = read.map { $0.run(policy, settings: .shipped(), catalogue: Fixtures.catalogue) }
        #expect(outcomes.map(\.problems) == [[], []])
        #expect(outcomes.map(\.outcome.decision) == [.incomplete, .pass])
    }
}
