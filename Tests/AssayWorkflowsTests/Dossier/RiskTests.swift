import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// The risk evaluation is filled in step by step and signed for; risks above their appetite block.
@Suite struct RiskTests {
    private static let policy = """
        assay: policy/v1
        name: triage
        version: "1"
        applies-to: {models: ["loan*"], stages: [Production]}
        records: [risk-evaluation]
        """

    private static func risk(_ more: JSONObject = [:]) -> JSONObject {
        var risk: JSONObject = [
            "title": "Drift", "category": "accuracy", "likelihood": 4, "impact": 5, "appetite": 6, "treatment": "reduce", "owner": "otto",
            "review": "2027-06-01",
        ]
        for (name, value) in more.members { risk[name] = value }
        return risk
    }

    private func withVersion(_ body: (GovernedHouse, ModelVersion) async throws -> Void) async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await body(house, version)
        }
    }

    @Test func theGateNamesWhatIsOpenUntilNothingIs() async throws {
        try await withVersion { house, version in
            func refused() async -> String { await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) } }
            #expect(await refused().contains("there is no risk evaluation of the model"))
            try await house.fillRiskEvaluation()
            #expect(await refused().contains("lacks 2 of its sections: stakeholders, documentation"))
            _ = try await house.governance.addRisk(
                about: PaperAddress(model: "loans"), Self.risk(["residual_likelihood": 1]), by: house.otto)
            #expect(await refused().contains("lacks 1 of its sections: stakeholders"))
            try await house.signRiskEvaluation(.compliance, by: house.cleo)
            try await house.signRiskEvaluation(.business, by: house.vera)
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
            // Every revision is an entry, and the last one is what the table says.
            let kinds = try await house.house.kinds().filter { $0.hasPrefix("dossier.evaluation") }
            #expect(kinds.count == 12 && kinds.last == "dossier.evaluation-signed-off")
        }
    }

    @Test func aChangeIsSignedForAnew() async throws {
        try await withVersion { house, _ in
            try await house.fillRiskEvaluation()
            try await house.signRiskEvaluation(.compliance, by: house.cleo)
            _ = try await house.governance.evaluateRisk(ofModel: "loans", section: .scores, ["impact": 5], by: house.otto)
            let (evaluation, _) = try await house.governance.riskEvaluation(ofModel: "loans")
            #expect(evaluation.signOffs.count == 1 && !evaluation.signOffs.contains(where: evaluation.counts))
            #expect(evaluation.missing(in: .stakeholders).contains("a sign-off of compliance-and-legal"))
            // Emptying a field opens its section.
            let (emptied, _) = try await house.governance.evaluateRisk(
                ofModel: "loans", section: .testing, ["stress": .null], by: house.otto)
            #expect(emptied.missing(in: .testing) == ["stress"])
        }
    }

    @Test func anEvaluationIsMadeAnewAfterItsPeriod() async throws {
        try await withVersion { house, version in
            try await house.fillRiskEvaluation()
            try await house.signRiskEvaluation(.compliance, by: house.cleo)
            // Ninety days are what the section says.
            house.house.advance(milliseconds: 90 * 86_400_000)
            let (evaluation, _) = try await house.governance.riskEvaluation(ofModel: "loans")
            #expect(evaluation.missing(in: .monitoring) == ["an evaluation anew, due since 2027-04-15T08:00:00Z"])
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("stakeholders, documentation, monitoring"), "\(text)")
            let (again, _) = try await house.governance.evaluateRisk(
                ofModel: "loans", section: .testing, ["stress": "tried again"], by: house.otto)
            #expect(again.missing(in: .monitoring).isEmpty)
        }
    }

    @Test func onePersonSignsForOneGroupAndNoAuthorForAny() async throws {
        try await withVersion { house, _ in
            _ = await refusal(.conflict) { try await house.signRiskEvaluation(.compliance, by: house.cleo) }
            try await house.fillRiskEvaluation()
            let author = await refusal(.permissionDenied) { try await house.signRiskEvaluation(.business, by: house.otto) }
            #expect(author.contains("made a version of loans"), "\(author)")
            _ = await refusal(.permissionDenied) { try await house.signRiskEvaluation(.business, by: house.adam) }
            try await house.signRiskEvaluation(.compliance, by: house.cleo)
            let twice = await refusal(.conflict) { try await house.signRiskEvaluation(.business, by: house.cleo) }
            #expect(twice.contains("one person signs for one group"), "\(twice)")
            let other = await refusal(.conflict) { try await house.signRiskEvaluation(.customers, by: house.vera) }
            #expect(other.contains("does not ask for the group"), "\(other)")
            let field = await refusal(.invalidArgument) {
                _ = try await house.governance.evaluateRisk(ofModel: "loans", section: .scores, ["likelihood": 6], by: house.otto)
            }
            #expect(field.contains("from 1 to 5"), "\(field)")
            _ = try await house.governance.evaluateRisk(
                ofModel: "loans", section: .stakeholders, ["groups": ["compliance-and-legal"]], by: house.otto)
            let (evaluation, _) = try await house.governance.riskEvaluation(ofModel: "loans")
            #expect(evaluation.missing(in: .stakeholders) == ["at least two groups"])
        }
    }

    // MARK: - The register

    @Test func aRiskAboveItsAppetiteIsTreatedOrAcceptedBySomebodyElse() async throws {
        try await GovernedHouse.with { house in
            let plain = Self.policy.replacing("records: [risk-evaluation]", with: "approvals: [{role: validator}]")
            try await house.publish(plain)
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let risk = try await house.governance.addRisk(about: PaperAddress(model: "loans"), Self.risk(), by: house.otto)
            #expect(risk.content["score"] == 20 && risk.content["residual"] == 20)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("the risk 'Drift' (\(risk.record.id)) is left at 20, above its appetite of 6"), "\(text)")
            try await house.approve(house.openRequest(), by: house.vera)

            // Neither its owner nor an author makes it go away.
            func change(_ members: JSONObject, by principal: Principal) async throws {
                _ = try await house.governance.updateRisk(id: risk.record.id, members, by: principal)
            }
            for members in [["appetite": 25], ["likelihood": 1, "impact": 1]] as [JSONObject] {
                let own = await refusal(.permissionDenied) { try await change(members, by: house.otto) }
                #expect(own.contains("somebody else has to lower a risk"), "\(own)")
            }
            try await change(["mitigation": "a monitor"], by: house.otto)
            _ = await refusal(.permissionDenied) {
                _ = try await house.governance.acceptRisk(id: risk.record.id, reason: "r", by: house.otto)
            }
            _ = await refusal(.permissionDenied) { _ = try await house.governance.closeRisk(id: risk.record.id, reason: "r", by: house.otto) }
            _ = try await house.governance.acceptRisk(id: risk.record.id, reason: "for this winter", by: house.cleo)
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
        }
    }

    @Test func anAcceptanceEndsWithAChangeAndWithItsReviewDate() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy.replacing("records: [risk-evaluation]", with: "approvals: [{role: validator}]"))
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let risk = try await house.governance.addRisk(about: PaperAddress(model: "loans"), Self.risk(), by: house.otto)
            func accept() async throws { _ = try await house.governance.acceptRisk(id: risk.record.id, reason: "r", by: house.cleo) }
            func blocks() async -> Bool {
                await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }.contains("above its appetite")
            }
            try await accept()
            #expect(await !blocks())
            _ = try await house.governance.updateRisk(id: risk.record.id, ["text": "worse than thought"], by: house.otto)
            #expect(await blocks())
            try await accept()
            // The review date is the first of June.
            house.house.advance(milliseconds: 140 * 86_400_000)
            #expect(await blocks())
            _ = await refusal(.conflict) { try await accept() }
        }
    }

    @Test func aRisksScoresAreHeldTogether() async throws {
        try await withVersion { house, _ in
            let cases: [(JSONObject, String)] = [
                (["likelihood": 0], "from 1 to 5"), (["residual_likelihood": 5], "more than there was before"),
                (["appetite": 26], "from 1 to 25"), (["category": "weather"], "'category' is one of"), (["owner": "nobody"], ""),
            ]
            for (members, words) in cases {
                do {
                    _ = try await house.governance.addRisk(about: PaperAddress(model: "loans"), Self.risk(members), by: house.otto)
                    Issue.record("\(members) was taken")
                } catch let error as AssayError {
                    #expect(error.message.contains(words), "\(error.message)")
                }
            }
        }
    }
}
