import AssayColumns
import AssayExplain
import AssayModels
import AssayServing
import AssayTerms
import Testing

/// Goal: inputs outside of a profile and inputs that moved an answer most are found, and what is not known of a row is said to be.
@Suite struct RowTestTests {
    private func rows(_ columns: [Column], count: Int) -> JudgedRows { JudgedRows(block: RowBlock(rowCount: count, columns: columns)) }

    @Test func outsideOfAProfile() {
        let profile: [Text: ProfiledInput] = ["age": .numbers(18...90), "region": .texts(["north", "south"])]
        let dictionary = TextDictionary(["north", "east"])
        let block = rows([
            Column(name: "input:age", values: .double([18, 17.9, 90.1, .nan, 90])),
            Column(name: "input:region", values: .text(codes: [0, 0, 1, 0, 1], dictionary: dictionary), validity: Validity([true, true, true, true, false])),
        ], count: 5)
        #expect(ProfileTest(inputs: ["age"], profile: profile).answers(block) == [.no, .yes, .yes, .unknown, .no])
        #expect(ProfileTest(inputs: ["region"], profile: profile).answers(block) == [.no, .no, .yes, .no, .unknown])
        // One that lies outside is enough, whatever is not known of another.
        #expect(ProfileTest(inputs: ["age", "region"], profile: profile).answers(block) == [.no, .yes, .yes, .unknown, .unknown])
        #expect(ProfileTest(inputs: ["age", "size"], profile: profile).answers(block) == [.unknown, .yes, .yes, .unknown, .unknown])
        #expect(ProfileTest(inputs: ["age"], profile: [:]).answers(block) == [RowAnswer](repeating: .unknown, count: 5))
        // A text is no number, whatever the profile says.
        #expect(ProfileTest(inputs: ["region"], profile: ["region": .numbers(0...1)]).answers(block)[0] == .unknown)
        #expect(ProfileTest(inputs: ["age"], profile: profile).columns == ["input:age"])
    }

    @Test func wholeNumbersAndTruthValues() {
        let profile: [Text: ProfiledInput] = ["n": .numbers(1...2), "b": .numbers(0...0)]
        let block = rows([Column(name: "input:n", values: .int64([1, 3])), Column(name: "input:b", values: .boolean([0, 1]))], count: 2)
        #expect(ProfileTest(inputs: ["n"], profile: profile).answers(block) == [.no, .yes])
        #expect(ProfileTest(inputs: ["b"], profile: profile).answers(block) == [.no, .yes])
    }

    @Test func withoutAnExplanationNothingIsKnownOfWhatMoved() {
        #expect(AttributionTest(inputs: ["a"]).answers(rows([], count: 2)) == [.unknown, .unknown])
        #expect(AttributionTest(inputs: ["a"]).needsExplanation)
    }

    /// Exactly one input of a model that this build explains.
    @Test func theInputThatMovedMost() throws {
        let fixture = try ServedFixture("folder-loan")
        let service = try fixture.service()
        let names = service.form.inputs
        var yes = 0
        let body = #"{"dataframe_split": {"columns": \#(ScoringServiceTests.columns), "data": [\#(ScoringServiceTests.row)]}}"#
        for name in names {
            let rule = AnswerRule(name: "most", action: .flag, unknown: .refuse, tests: [AttributionTest(inputs: [name])])
            let answer = service.invocations(Array(body.utf8), contentType: "application/json", rules: RuleBook([rule]))
            #expect(answer.status == 200)
            yes += RuleFindings.counts(answer.scored).count
        }
        // One of them did, and all of them together.
        #expect(yes == 1)
        let all = AnswerRule(name: "most", action: .flag, unknown: .refuse, tests: [AttributionTest(inputs: names)])
        let answer = service.invocations(Array(body.utf8), contentType: "application/json", rules: RuleBook([all]))
        let counts = RuleFindings.counts(answer.scored)
        #expect(counts.map(\.rule) == ["most"] && counts.map(\.rows) == [1] && counts.map(\.unknown) == [0])
        let none = AnswerRule(name: "most", action: .flag, unknown: .refuse, tests: [AttributionTest(inputs: ["nobody"])])
        #expect(service.invocations(Array(body.utf8), contentType: "application/json", rules: RuleBook([none])).status == 422)
    }
}
