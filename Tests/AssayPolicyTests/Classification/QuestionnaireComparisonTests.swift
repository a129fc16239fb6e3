import AssayPolicy
import AssayTerms
import Testing

/// One questionnaire asks for less than another: found part by part, and against the newer one in doubt.
@Suite struct QuestionnaireComparisonTests {
    private static let text = Questionnaire.shippedText.replacing("name: assay\n", with: "name: bank\n")

    private static func read(_ text: String) throws -> Questionnaire { try QuestionnaireReader.read(Array(text.utf8)) }

    private static func easings(_ right: String, _ wrong: String, ofLawAlone isLaw: Bool = false) throws -> [String] {
        let edited = text.replacing(right, with: wrong)
        try #require(edited != text, "\(right) stands nowhere")
        return try read(edited).easings(from: .shipped, ofLawAlone: isLaw, approvingRoles: ["validator", "compliance"])
    }

    @Test func theSameUnderAnotherNameAsksForNoLess() throws {
        #expect(try Self.read(Self.text).easings(from: .shipped) == [])
    }

    /// Of the law, and of the organisation's own.
    @Test(arguments: [
        ("effects: {class: prohibited}", "effects: {class: high}", true), ("effects: {class: high,", "effects: {class: limited,", true),
        ("class: limited, tier: moderate,", "class: minimal, tier: moderate,", true),
        ("any: [annex-3-1a, annex-3-1b,", "any: [annex-3-1b,", true),
        ("none: [art-6-3-risk, art-6-3-influence, profiling]", "none: [art-6-3-risk, art-6-3-influence]", true),
        ("none: [filtered-6-3]", "none: [filtered-6-3, art-6-3-a]", true),
        ("{moderate: 8, high: 13}", "{moderate: 9, high: 13}", false), ("{moderate: 8, high: 13}", "{moderate: 8, high: 14}", false),
        ("points: 4", "points: 3", false), ("effects: {tier: high}", "effects: {tier: moderate}", false),
        ("brings: [hipaa]", "points: 0", false), ("{brings: [gdpr]}", "{points: 0}", false),
        ("low: {approvals: [{count: 1}], revalidate-after-months: 24}", "low: {approvals: [{count: 1}], revalidate-after-months: 25}", false),
        ("low: {approvals: [{count: 1}], revalidate-after-months: 24}", "low: {approvals: [{count: 1}]}", false),
        ("{role: executive}, ", "", false), ("documents: [model-card]", "documents: [short-card]", false),
        ("from: 2027-12-02", "from: 2028-12-02", false),
        ("- {id: few, points: 0,", "- {id: none, points: 0, text: \"nobody\"}\n      - {id: few, points: 0,", false),
    ])
    func lessIsFound(_ right: String, _ wrong: String, _ isLaw: Bool) throws {
        #expect(try !Self.easings(right, wrong).isEmpty)
        #expect(try Self.easings(right, wrong, ofLawAlone: true).isEmpty != isLaw)
    }

    @Test func aQuestionThatIsGoneIsFound() throws {
        let start = try #require(Self.text.firstRange(of: "  - id: art-5-1-c\n"))
        let end = try #require(Self.text.firstRange(of: "  - id: art-5-1-d\n"))
        var edited = Self.text
        edited.removeSubrange(start.lowerBound..<end.lowerBound)
        edited.replace("art-5-1-c, ", with: "")
        let found = try Self.read(edited).easings(from: .shipped, ofLawAlone: true)
        #expect(found.count == 1 && found[0].hasPrefix("asks no longer 'art-5-1-c'"), "\(found)")
    }

    @Test(arguments: [
        ("{moderate: 8, high: 13}", "{moderate: 7, high: 12}"), ("points: 3", "points: 5"), ("effects: {tier: moderate,", "effects: {tier: high,"),
        ("revalidate-after-months: 24", "revalidate-after-months: 12"), ("{role: product}, {count: 1}]", "{role: product}, {count: 2}]"),
        ("from: 2027-12-02", "from: 2027-12-01"),
        ("questions:\n", "questions:\n  - {id: pets, section: own, kind: yes-no, text: Is it about pets?, effects: {tier: high}}\n"),
        ("- {id: texas,", "- {id: alaska, text: \"Alaska\"}\n      - {id: texas,"),
    ])
    func moreIsNone(_ right: String, _ wrong: String) throws {
        #expect(try Self.easings(right, wrong) == [])
    }

    /// Whatever answers: where nothing is found to ask for less, nothing comes to less.
    @Test(arguments: 0..<3)
    func whatIsNotFoundIsNotLess(_ seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 7
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let edits = [
            ("points: 4", "points: 2"), ("points: 2", "points: 6"), ("{moderate: 8, high: 13}", "{moderate: 6, high: 13}"),
            ("{moderate: 8, high: 13}", "{moderate: 10, high: 16}"), ("effects: {tier: high}", "effects: {tier: moderate}"),
            ("effects: {tier: moderate}", "effects: {tier: high}"), ("effects: {class: prohibited}", "effects: {class: high}"),
            ("none: [filtered-6-3]", "none: [filtered-6-3, profiling]"),
        ]
        var shown = 0
        for _ in 0..<30 {
            var text = Self.text
            for _ in 0...draw(2) {
                let (right, wrong) = edits[draw(edits.count)]
                text = text.replacing(right, with: wrong)
            }
            let new = try Self.read(text)
            let found = new.easings(from: .shipped)
            for _ in 0..<20 {
                var answers: [Text: Text] = [:]
                for question in Questionnaire.shipped.questions { answers[question.id] = question.words[draw(question.words.count)] }
                guard case .complete(let before) = Questionnaire.shipped.evaluate(answers), case .complete(let after) = new.evaluate(answers)
                else { throw AssayError(.internalFault, "incomplete") }
                if after.euClass < before.euClass || after.tier < before.tier {
                    shown += 1
                    #expect(!found.isEmpty, "class \(before.euClass) to \(after.euClass), tier \(before.tier) to \(after.tier)")
                }
            }
        }
        #expect(shown > 20)
    }
}
