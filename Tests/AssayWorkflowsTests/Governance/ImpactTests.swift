import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// What a policy would mean is judged by what was signed, read once and then remembered.
@Suite struct ImpactTests {
    private static let draft = GovernedHouse.policy.replacing("version: \"1\"", with: "version: \"2\"")
    private static let strict = draft.replacing("max: 0.1", with: "max: 0.01")

    /// `loans` and `loans-b` in Production from before the policy, the first fair and the second not, both with evidence.
    private func withTwo(_ body: (GovernedHouse) async throws -> Void) async throws {
        try await GovernedHouse.with(tampers: true) { house in
            let fair = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let biased = try await house.register(house.logModel(gap: "0.5", by: house.otto), as: "loans-b", by: house.otto)
            for version in [fair, biased] { try await house.promote(version, by: house.otto) }
            try await house.publish()
            try await house.work()
            try await body(house)
        }
    }

    private func impact(_ house: GovernedHouse, _ governance: Governance? = nil, _ text: String = draft) async throws -> PolicyImpact {
        try await (governance ?? house.governance).impact(of: Array(text.utf8), by: house.petra)
    }

    private func decisions(_ impact: PolicyImpact) -> [Decision?] { impact.held.map { $0.after?.decision } }

    @Test func itIsWhatTheGateWouldSay() async throws {
        try await withTwo { house in
            for _ in 0..<2 {
                let same = try await impact(house)
                #expect(same.held.map(\.model) == ["loans", "loans-b"] && decisions(same) == [.pass, .fail])
                #expect(same.held.map { $0.before?.decision } == [.pass, .fail] && same.held.allSatisfy { !$0.isNewlyUnmet })
            }
            let stricter = try await impact(house, nil, Self.strict)
            #expect(decisions(stricter) == [.fail, .fail] && stricter.held.map(\.isNewlyUnmet) == [true, false])
        }
    }

    /// Sentences are made for what is not met, and for nothing else.
    @Test func onlyWhatIsNotMetIsTold() async throws {
        try await withTwo { house in
            let held = try await impact(house).held
            let texts = held.map { ($0.after?.reasons ?? []).filter { $0.requirement == GovernedHouse.check.id }.map(\.text) }
            #expect(texts.map(\.count) == [0, 1])
            #expect(texts[1][0].contains("fairness.demographic_parity_difference on race is 0.5; the limit is max 0.1"))
            #expect(held.allSatisfy { $0.before?.reasons.isEmpty ?? false })
        }
    }

    /// No row makes anything of a statement that is remembered: the statement has to be about the files, under its claim.
    @Test(arguments: [
        ("DELETE FROM evidence", [Decision.incomplete, .incomplete]),
        ("UPDATE evidence SET claim = randomblob(32)", [.incomplete, .incomplete]),
        (
            """
            DELETE FROM evidence WHERE subject = (SELECT manifestDigest FROM modelVersion JOIN registeredModel AS model
                ON model.number = modelVersion.model WHERE model.name = 'loans-b');
            UPDATE evidence SET subject = (SELECT manifestDigest FROM modelVersion JOIN registeredModel AS model
                ON model.number = modelVersion.model WHERE model.name = 'loans-b')
            """, [.incomplete, .incomplete]
        ),
    ])
    func aRowMakesNothingOfWhatIsRemembered(_ sql: String, _ expected: [Decision]) async throws {
        try await withTwo { house in
            #expect(try await decisions(impact(house)) == [.pass, .fail])
            try house.house.tamper(sql)
            #expect(try await decisions(impact(house)) == expected)
            #expect(try await decisions(impact(house, house.governance(over: house.useCases))) == expected)
        }
    }

    /// What was verified counts here until the process ends; the gate reads the row.
    @Test func aChangedStatementShowsAtTheGate() async throws {
        try await withTwo { house in
            #expect(try await decisions(impact(house)) == [.pass, .fail])
            try house.house.tamper("UPDATE evidence SET envelope = x'7b7d'")
            #expect(try await decisions(impact(house)) == [.pass, .fail])
            #expect(try await decisions(impact(house, house.governance(over: house.useCases))) == [.incomplete, .incomplete])
            let request = try await house.governance.openRequest(
                model: "loans", version: 1, target: .stage("Production"), by: house.otto)
            #expect(request.request.decision == .incomplete)
        }
    }
}
