import AssayPolicy
import AssayTerms
import Testing

/// Questionnaires and answers are read strictly, and everything that is wrong is named.
@Suite struct QuestionnaireReaderTests {
    private static let small = """
        assay: questionnaire/v1
        name: small
        version: "1"
        as-of: 2026-11-21
        tiers: {moderate: 2, high: 4}
        defaults:
          unclassified: {approvals: [{count: 1}]}
          low: {approvals: [{count: 1}], revalidate-after-months: 24}
          moderate: {approvals: [{count: 2}], documents: [short-card]}
          high: {approvals: [{role: validator}, {role: compliance}], documents: [model-card], revalidate-after-months: 12}
        questions:
          - {id: ban, section: a, kind: yes-no, text: Is it banned?, effects: {class: prohibited}}
          - id: size
            section: b
            kind: choice
            text: How large?
            options:
              - {id: small, text: small}
              - {id: large, text: large, points: 4}
        rules:
          - {id: both, text: banned and large, all: [ban, size=large], effects: {tier: high}}
        obligations:
          - {id: tell, text: tell them, citation: law, any: [both], from: 2027-01-01}
        """

    private func problems(_ text: String) -> String {
        do {
            _ = try QuestionnaireReader.read(Array(text.utf8))
            return ""
        } catch {
            return error.lines(file: "q").joined(separator: "\n")
        }
    }

    @Test func aQuestionnaireOfOnesOwnIsRead() throws {
        let read = try QuestionnaireReader.read(Array(Self.small.utf8))
        guard case .complete(let outcome) = read.evaluate(["ban": "yes", "size": "large"]) else {
            Issue.record("incomplete")
            return
        }
        #expect(outcome.gateTier == .prohibited && outcome.tier == .high && outcome.points == 4)
        #expect(outcome.reasons.first { $0.text == "banned and large" }?.questions == ["ban", "size"])
        #expect(outcome.obligations.map(\.id) == ["tell"])
    }

    @Test(arguments: [
        ("version: \"1\"\n", "version: \"1\"\nowner: me\n", "has no key 'owner'"),
        ("as-of: 2026-11-21", "as-of: 2026-02-30", "'as-of' is a day"),
        ("high: 4", "high: 2", "takes more points"),
        ("{id: ban,", "{id: size,", "'size' is taken"),
        ("{id: ban,", "{id: Ban!,", "an id has a-z"),
        ("class: prohibited", "class: banned", "cannot be 'banned'"),
        ("size=large", "size=larg", "'size=larg' is no yes-no question"),
        ("all: [ban,", "all: [both,", "'both' is no yes-no question"),
        ("all: [ban, size=large]", "none: [ban]", "a rule needs 'any' or 'all'"),
        ("kind: choice", "kind: number", "'kind' is yes-no, choice or several"),
        ("documents: [short-card]", "documents: [card]", "cannot be 'card'"),
        ("high: {approvals", "highest: {approvals", "has no key 'highest'"),
        ("months: 12", "months: 0", "from 1 to 120"),
        ("{id: large,", "{id: unsure,", "no word that every question has"),
        ("{id: large,", "{id: small,", "stands here twice"),
        ("kind: yes-no, text", "kind: yes-no, options: [], text", "only a choice and several have options"),
    ])
    func whatIsWrongIsNamed(_ right: String, _ wrong: String, _ words: String) {
        let found = problems(Self.small.replacing(right, with: wrong))
        #expect(found.contains(words), "\(found)")
    }

    @Test func blankAnswersNameEveryQuestion() throws {
        let asked = Questionnaire.shipped
        let blank = asked.blankAnswers
        #expect(throws: PolicyProblems.self) { try ClassificationAnswers(parsing: Array(blank.utf8), for: asked) }
        let begun = blank.replacing("\npurpose:\n", with: "\npurpose: scores loans\n")
        let read = try ClassificationAnswers(parsing: Array(begun.utf8), for: asked)
        #expect(read.purpose == "scores loans" && read.answers.isEmpty)
        guard case .incomplete(let missing) = asked.evaluate(read.answers) else {
            Issue.record("blank answers came to something")
            return
        }
        #expect(missing == asked.questions.map(\.id))
        #expect(blank.split(separator: "\n").allSatisfy { $0.utf8.count <= 110 })
    }

    @Test(arguments: [
        ("ban: no", "ban: No", "is answered with one of yes, no, unsure, not 'No'"),
        ("ban: no", "ban: false", "not 'false'"),
        ("ban: no", "bans: no", "did you mean 'ban'"),
        ("ban: no", "ban: no\n  ban: yes", "ban"),
        ("questionnaire: small 1", "questionnaire: small 2", "'small 1' is asked"),
        ("purpose: p", "purpose: ''", "'purpose' has no value"),
        ("answers/v1", "answers/v2", "not 'answers/v2'"),
    ])
    func answersAreReadStrictly(_ right: String, _ wrong: String, _ words: String) throws {
        let asked = try QuestionnaireReader.read(Array(Self.small.utf8))
        let text = "assay: answers/v1\nquestionnaire: small 1\npurpose: p\nanswers:\n  ban: no\n  size: large\n"
        #expect(try ClassificationAnswers(parsing: Array(text.utf8), for: asked).answers == ["ban": "no", "size": "large"])
        do {
            _ = try ClassificationAnswers(parsing: Array(text.replacing(right, with: wrong).utf8), for: asked)
            Issue.record("\(wrong) was read")
        } catch {
            let found = error.lines(file: "a").joined(separator: "\n")
            #expect(found.contains(words), "\(found)")
        }
    }

    /// Bytes changed, dropped and doubled, from a fixed seed: each text gives answers or problems with places.
    @Test(arguments: 0..<4)
    func noTextTraps(_ seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let asked = try QuestionnaireReader.read(Array(Self.small.utf8))
        let answers = "assay: answers/v1\nquestionnaire: small 1\npurpose: p\nanswers:\n  ban: no\n  size: large\n"
        for original in [Self.small, answers].map({ Array($0.utf8) }) {
            for _ in 0..<300 {
                var text = original
                for _ in 0...draw(5) {
                    let place = draw(text.count)
                    switch draw(4) {
                    case 0: text[place] = UInt8(draw(256))
                    case 1: text.remove(at: place)
                    case 2: text.insert(contentsOf: text[place..<min(place + draw(40), text.count)], at: draw(text.count))
                    default: text.swapAt(place, draw(text.count))
                    }
                }
                do {
                    _ = try QuestionnaireReader.read(text)
                } catch {
                    #expect(error.problems.allSatisfy { $0.position.line >= 1 && !$0.message.isEmpty })
                }
                do {
                    _ = try ClassificationAnswers(parsing: text, for: asked)
                } catch {
                    #expect(error.problems.allSatisfy { $0.position.line >= 1 && !$0.message.isEmpty })
                }
            }
        }
    }
}
