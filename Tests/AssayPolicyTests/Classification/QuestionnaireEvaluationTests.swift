import AssayPolicy
import AssayTerms
import Testing

/// What answers to the shipped questionnaire come to.
@Suite struct QuestionnaireEvaluationTests {
    private static let asked = Questionnaire.shipped

    /// Everything answered `no`, and with the first option, which asks for least.
    static func answers(_ changes: [Text: Text] = [:]) -> [Text: Text] {
        var answers: [Text: Text] = [:]
        for question in asked.questions { answers[question.id] = question.words.contains("no") ? "no" : question.words[0] }
        return answers.merging(changes) { $1 }
    }

    private static func outcome(_ changes: [Text: Text] = [:]) throws -> ClassificationOutcome {
        guard case .complete(let outcome) = asked.evaluate(answers(changes)) else {
            throw AssayError(.internalFault, "incomplete")
        }
        return outcome
    }

    @Test func nothingSaidAsksForLeast() throws {
        let outcome = try Self.outcome()
        #expect(outcome.euClass == .minimal && outcome.tier == .low && outcome.points == 0)
        #expect(outcome.reasons.isEmpty && !outcome.isUncertain && outcome.obligations.map(\.id) == ["literacy"])
    }

    @Test func everyQuestionNeedsAnAnswer() {
        for question in Self.asked.questions {
            var answers = Self.answers()
            answers[question.id] = nil
            guard case .incomplete(let missing) = Self.asked.evaluate(answers) else {
                Issue.record("\(question.id) is not missed")
                continue
            }
            #expect(missing == [question.id])
        }
    }

    @Test(arguments: ["a", "b", "ba", "bb", "c", "d", "e", "f", "g", "h"])
    func everyBannedPracticeIsProhibited(_ letter: String) throws {
        let outcome = try Self.outcome([Text("art-5-1-\(letter)"): "yes"])
        #expect(outcome.euClass == .prohibited && outcome.gateTier == .prohibited && !outcome.isUncertain)
        let unsure = try Self.outcome([Text("art-5-1-\(letter)"): "unsure"])
        #expect(unsure.euClass == .prohibited && unsure.isUncertain)
    }

    @Test func anAreaIsHighUnlessAnExceptionIsClaimedWithoutProfiling() throws {
        let areas = Self.asked.questions.map(\.id).filter { $0.string.hasPrefix("annex-3-") }
        #expect(areas.count == 17)
        for area in areas {
            let high = try Self.outcome([area: "yes"])
            #expect(high.euClass == .high && high.tier == .low && high.gateTier == .high, "\(area)")
            #expect(high.reasons.contains { $0.axis == .eu && $0.questions == [area] })
            let filtered = try Self.outcome([area: "yes", "art-6-3-d": "yes"])
            #expect(filtered.euClass == .minimal && filtered.tier == .moderate && filtered.isUncertain)
            for blocker in ["profiling", "art-6-3-risk", "art-6-3-influence"] as [Text] {
                for word in ["yes", "unsure"] as [Text] {
                    #expect(try Self.outcome([area: "yes", "art-6-3-d": "yes", blocker: word]).euClass == .high, "\(area) \(blocker)")
                }
            }
            // Nobody is sure that the exception holds: the stricter reading counts.
            #expect(try Self.outcome([area: "yes", "art-6-3-d": "unsure"]).euClass == .high)
        }
    }

    @Test func daysDecideWhichDutiesApply() throws {
        let outcome = try Self.outcome(["annex-3-5b": "yes", "art-50-1": "yes"])
        func applying(_ day: Text) throws -> [Text] {
            let day = try #require(CalendarDate(day))
            return outcome.obligations.filter { $0.applies(on: day) }.map(\.id)
        }
        #expect(try applying("2025-02-01") == [])
        #expect(try applying("2026-11-26") == ["literacy", "art-50"])
        #expect(try applying("2027-12-01") == ["literacy", "art-50"])
        #expect(try applying("2027-12-02") == ["literacy", "annex-3-duties", "annex-3-conformity", "art-50"])
        let disputed = try #require(outcome.obligations.first { $0.id == "annex-3-conformity" })
        #expect(disputed.formalFrom == CalendarDate("2026-08-02") && disputed.uncertain != nil)
    }

    @Test(arguments: [
        ("few", "minor", 10, Tier.moderate), ("few", "critical", 13, .high), ("most", "minor", 12, .moderate),
        ("most", "material", 13, .high),
    ])
    func pointsMakeTheTier(_ reach: String, _ criticality: String, _ points: Int, _ tier: Tier) throws {
        let outcome = try Self.outcome([
            "impact": "significant", "autonomy": "acts", "reversibility": "with-effort", "data-sensitivity": "special",
            "reach": Text(reach), "criticality": Text(criticality),
        ])
        #expect(outcome.points == points && outcome.tier == tier && outcome.euClass == .minimal)
    }

    @Test func theStricterAxisCountsAtTheGate() throws {
        #expect(try Self.outcome(["annex-3-5b": "yes"]).gateTier == .high)
        let bank = try Self.outcome(["material-bank-model": "yes"])
        #expect(bank.euClass == .minimal && bank.tier == .high && bank.gateTier == .high)
        #expect(try Self.outcome(["art-50-1": "yes"]).gateTier == .moderate)
        #expect(max(Tier.low, .moderate) == .moderate && max(Tier.prohibited, .high) == .prohibited)
    }

    /// From any answers, saying yes to one question more, or an option with more points, asks for no less; but for the four
    /// exceptions. And unsure asks for as much as the stricter of yes and no.
    @Test(arguments: 0..<4)
    func moreIsNeverLess(_ seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let exceptions: [Text] = ["art-6-3-a", "art-6-3-b", "art-6-3-c", "art-6-3-d"]
        for _ in 0..<200 {
            var answers: [Text: Text] = [:]
            for question in Self.asked.questions {
                let isNo = question.words.contains("no") && draw(4) > 0
                answers[question.id] = isNo ? "no" : question.words[draw(question.words.count)]
            }
            let question = Self.asked.questions[draw(Self.asked.questions.count)]
            let outcomes = try question.words.map { word in
                try Self.outcome(answers.merging([question.id: word]) { $1 })
            }
            guard question.words.contains("no") else {
                for (less, more) in zip(outcomes, outcomes.dropFirst()) {
                    #expect(less.tier <= more.tier && less.euClass == more.euClass, "\(question.id)")
                }
                continue
            }
            let (yes, no, unsure) = (outcomes[0], outcomes[1], outcomes[2])
            #expect(unsure.euClass == max(yes.euClass, no.euClass), "\(question.id)")
            #expect(unsure.tier >= yes.tier && unsure.tier >= no.tier && unsure.isUncertain, "\(question.id)")
            if !exceptions.contains(question.id) { #expect(no.euClass <= yes.euClass, "\(question.id)") }
        }
    }

    @Test func placesAndFieldsBringFrameworks() throws {
        func brings(_ changes: [Text: Text]) throws -> [Text] { try Self.outcome(changes).brings.map(\.name) }
        #expect(try brings([:]) == [])
        #expect(try brings(["places": "eu"]) == ["eu-ai-act"])
        #expect(try brings(["places": "eu", "data-sensitivity": "personal"]) == ["eu-ai-act", "gdpr"])
        #expect(try brings(["places": "eu", "annex-3-5b": "yes"]) == ["eu-ai-act", "eu-ai-act/high-annex-iii"])
        #expect(try brings(["annex-3-5b": "yes", "art-6-3-d": "yes"]) == ["eu-ai-act/filtered-6-3"])
        #expect(try brings(["fields": "work"]) == [])
        #expect(try brings(["fields": "work", "places": "new-york-city"]) == ["nyc-ll144", "title-vii", "ugesp"])
        #expect(try brings(["fields": "credit, us-bank", "places": "us"]) == ["ecoa", "fed-mrm", "us-aaa"])
        #expect(try brings(["places": "colorado", "consequential-decision": "yes"]) == ["co-admt", "co-ai-act"])
        // In whatever order and with whatever spaces they are given.
        #expect(Self.asked.question("places")?.answer("uk,eu") == "eu, uk")
        #expect(Self.asked.question("places")?.answer("eu, mars") == nil && Self.asked.question("places")?.answer("none, eu") == nil)
        let open = try Self.outcome(["places": "unsure", "data-sensitivity": "personal"])
        #expect(open.brings.contains(.init(name: "gdpr", isUncertain: true)) && open.isUncertain)
        #expect(try Self.outcome(["places": "eu", "annex-3-5b": "unsure"]).brings == [
            .init(name: "eu-ai-act", isUncertain: false), .init(name: "eu-ai-act/high-annex-iii", isUncertain: true),
        ])
    }

    /// Law is not to be lowered by configuration, and what a tier asks for is as stated.
    @Test func tiersAskForMoreAsTheyRise() {
        let defaults = Self.asked.defaults
        let tiers: [Tier?] = [nil, .low, .moderate, .high]
        for (less, more) in zip(tiers, tiers.dropFirst()) {
            let found = PolicyStrictness.compare(
                defaults.policy(for: less), defaults.policy(for: more), approvingRoles: ["validator", "compliance"])
            #expect(found.isEmpty, "\(found)")
        }
        #expect(tiers.dropFirst().map { defaults[$0].revalidationMonths } == [24, 12, 12])
        #expect(defaults[.high].approvals.count == 6 && defaults[.high].documents == [.modelCard])
        #expect(defaults.policy(for: .high).name == "organisation-default-high")
    }

    /// What is law in it is as of its day; another text is another version.
    @Test func aTextIsAVersion() {
        #expect(Self.asked.title == "assay 1")
        #expect(Self.asked.digest.hex == "18530a6e37ea13ff736df8bd778190962f705f08ff8cbe42d3f96b812b39dec2")
        #expect(Self.asked.asOf == CalendarDate("2026-11-21"))
    }
}
