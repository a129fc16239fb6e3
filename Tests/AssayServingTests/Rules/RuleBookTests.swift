import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms
import Testing

/// Goal: what rules find is what becomes of answers: the strongest hit decides, nothing that is withheld is told, and what cannot be told of a
/// row is never passed over.
@Suite struct RuleBookTests {
    /// Answers that were written down, one a row; or what a column holds.
    struct Told: RowTest {
        var columns: [Text] = []
        var needsExplanation = false
        let answer: @Sendable (JudgedRows) -> [RowAnswer]

        func answers(_ rows: JudgedRows) -> [RowAnswer] { answer(rows) }
    }

    static func always(_ answers: [RowAnswer]) -> Told { Told { _ in answers } }

    static func rule(_ name: Text, _ action: AnswerRule.Action, _ answers: [RowAnswer], unknown: AnswerRule.Action = .refer, value: Text? = nil) -> AnswerRule {
        AnswerRule(name: name, action: action, unknown: unknown, replacement: value, tests: [always(answers)])
    }

    private static let predictions = Predictions(
        values: Column(name: "prediction", values: .int64([1, 0])), probabilities: [[0.25, 0.75], [0.75, 0.25]])

    private func service(_ predictions: Predictions = predictions, classes: ClassLabels? = .integers([0, 1])) -> ScoringService {
        ScoringService(predictor: PredictorServiceTests.Told(.success(predictions), classes: classes))
    }

    private func answer(
        _ rules: [AnswerRule], service: ScoringService? = nil, body: String = PredictorServiceTests.body
    ) throws -> (answer: ServingAnswer, json: JSONValue) {
        let answer = (service ?? self.service()).invocations(Array(body.utf8), contentType: "application/json", rules: RuleBook(rules))
        return (answer, try JSONValue(parsing: answer.body))
    }

    @Test func nothingHits() throws {
        let (answer, json) = try answer([Self.rule("a", .refuse, [.no, .no])])
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"predictions":[1,0]}"#)
        #expect(json["rules"] == nil && RuleFindings.headers(answer.scored).map(\.value) == ["1"])
        #expect(answer.scored[0].findings?.record(row: 0) == nil)
        #expect(RuleBook([]) == nil && RuleFindings.headers([]).isEmpty)
    }

    @Test func theStrongestDecides() throws {
        let (answer, json) = try answer([
            Self.rule("mark", .flag, [.yes, .yes]), Self.rule("person", .refer, [.yes, .no]), Self.rule("swap", .replace, [.yes, .yes], value: "1"),
            Self.rule("other", .replace, [.yes, .yes], value: "0"),
        ])
        // Of two replacements the first.
        #expect(json["predictions"] == [.null, 1])
        #expect(json["rules"]?["checked"]?.integer == 4)
        #expect(json["rules"]?["rows"]?.array?.map { $0.array?.count } == [4, 3])
        #expect(RuleFindings.headers(answer.scored).map(\.value)
            == ["4", "mark;action=flag;rows=2, person;action=refer;rows=1, swap;action=replace;rows=2, other;action=replace;rows=2"])
        let labels = answer.scored[0].labels
        #expect(!labels.isPresent(0) && labels.value(at: 1) == .integer(1))
        #expect(answer.scored[0].findings?.record(row: 0)?["model"]?.integer == 1 && answer.scored[0].findings?.record(row: 0)?["done"]?.string == "refer")
        #expect(answer.scored[0].findings?.record(row: 1)?["model"]?.integer == 0)
    }

    /// Decides by one half, and tells the probability.
    private struct Half: DecisionRule {
        let columns: [Text] = []
        let positiveIndex = 1
        let statement: JSONValue = "half"

        func decisions(_ probabilities: [Double], inputs: RowBlock, own: RowBlock) throws(AssayError) -> [RuleDecision] {
            probabilities.map { RuleDecision(isPositive: $0 > 0.5, details: ["score": .number($0)]) }
        }
    }

    @Test func decisionsOfRowsThatAreWithheldAreToldNowhere() throws {
        let service = ScoringService(predictor: PredictorServiceTests.Told(.success(Self.predictions), classes: .integers([0, 1])), rule: Half())
        let plain = try answer([Self.rule("mark", .flag, [.yes, .yes])], service: service).json
        #expect(plain["decisions"]?["rows"] == [["score": 0.75], ["score": 0.25]])
        let (referred, json) = try answer([Self.rule("person", .refer, [.yes, .no])], service: service)
        #expect(json["predictions"] == [.null, 0] && json["decisions"]?["rows"] == [.null, ["score": 0.25]])
        #expect(!String(decoding: referred.body, as: UTF8.self).contains("0.75"))
        let swapped = try answer([Self.rule("swap", .replace, [.no, .yes], value: "1")], service: service).json
        #expect(swapped["predictions"] == [1, 1] && swapped["decisions"]?["rows"] == [["score": 0.75], .null])
    }

    @Test func aRefusalNamesRulesAndRowsAndNoValues() throws {
        let (answer, json) = try answer([Self.rule("mark", .flag, [.yes, .yes]), Self.rule("stop", .refuse, [.no, .yes])])
        #expect(answer.status == 422 && json["error_code"]?.string == "REFUSED_BY_RULE")
        #expect(json["message"]?.string == "The request is not answered: row 1 is refused by the rule 'stop'. Rows count from 0; send the others without them.")
        // What was scored is there for the record, without the answer that was not given.
        #expect(answer.scored.count == 1 && !answer.scored[0].labels.isPresent(1) && answer.scored[0].labels.isPresent(0))
        #expect(RuleFindings.headers(answer.scored)[1].value == "mark;action=flag;rows=2, stop;action=refuse;rows=1")
    }

    @Test func whatCannotBeToldIsNeverPassedOver() throws {
        let (answer, json) = try answer([Self.rule("mark", .flag, [.unknown, .no]), Self.rule("swap", .replace, [.no, .unknown], value: "1")])
        #expect(json["predictions"] == [.null, .null])
        #expect(json["rules"]?["rows"]?.array?.first?.array?.first == ["rule": "mark", "action": "refer", "unknown": true])
        #expect(RuleFindings.headers(answer.scored)[1].value == "mark;action=refer;rows=1;unknown=1, swap;action=refer;rows=1;unknown=1")
        // Several tests of one rule: no beats unknown, unknown beats yes.
        let both = AnswerRule(name: "both", action: .flag, unknown: .refuse, tests: [Self.always([.yes, .unknown]), Self.always([.unknown, .no])])
        #expect(try self.answer([both]).json["message"]?.string?.contains("row 0 is refused by the rule 'both'.") == true)
        // Nothing to ask is nothing that could be told.
        #expect(try self.answer([AnswerRule(name: "none", action: .flag, unknown: .refuse, tests: [])]).answer.status == 422)
    }

    @Test(arguments: [("1" as Text, JSONValue.integer(1)), ("1.0", .integer(1)), ("7", .null), ("yes", .null)])
    func aClassIsReplacedByAClass(value: Text, expected: JSONValue) throws {
        #expect(try answer([Self.rule("swap", .replace, [.no, .yes], value: value)]).json["predictions"] == [1, expected])
    }

    @Test func numbersAndTextsAreReplacedByTheirKind() throws {
        let numbers = service(Predictions(values: Column(name: "prediction", values: .double([1.5, 2.5])), probabilities: nil), classes: nil)
        #expect(try answer([Self.rule("cap", .replace, [.no, .yes], value: "2")], service: numbers).json["predictions"] == [1.5, 2])
        #expect(try answer([Self.rule("cap", .replace, [.no, .yes], value: "much")], service: numbers).json["predictions"] == [1.5, .null])
        let dictionary = TextDictionary(["no", "yes"])
        let texts = service(
            Predictions(values: Column(name: "prediction", values: .text(codes: [1, 0], dictionary: dictionary)), probabilities: nil), classes: .texts(["no", "yes"]))
        #expect(try answer([Self.rule("swap", .replace, [.no, .yes], value: "yes")], service: texts).json["predictions"] == ["yes", "yes"])
        // Probabilities are replaced by no value.
        let shares = service(Predictions(values: Self.predictions.values, probabilities: Self.predictions.probabilities, answer: .probabilities))
        #expect(try answer([Self.rule("swap", .replace, [.no, .yes], value: "1")], service: shares).json["predictions"] == [[0.25, 0.75], .null])
        let records = service(Predictions(values: Self.predictions.values, probabilities: nil, record: "y"))
        let text = String(decoding: try answer([Self.rule("r", .refer, [.no, .yes])], service: records).answer.body, as: UTF8.self)
        #expect(text.hasPrefix(#"{"predictions":[{"y":1},{"y":null}],"rules":"#))
    }

    /// A rule sees what was asked, what was predicted and with which score; a name of an answer goes before an input of that name.
    @Test func whatRulesSee() throws {
        let names: [Text] = ["a", "input:b", "prediction", "score", "extra", "absent", "score:1", "attribution:a"]
        let seen = Told(columns: names) { rows in
            let block = rows.block
            let isRight = block["a"]?.value(at: 1) == .integer(3) && block["input:b"]?.value(at: 0) == .integer(2) && block["prediction"]?.value(at: 0) == .integer(1)
                && block["score"]?.value(at: 1) == .fraction(0.25) && block["extra"]?.value(at: 1) == .text("y") && block["absent"] == nil
                && block["score:1"]?.value(at: 0) == .fraction(0.75) && block["attribution:a"] == nil
            return [isRight ? .yes : .no, .no]
        }
        let rule = AnswerRule(name: "seen", action: .flag, unknown: .flag, tests: [seen])
        let body = #"{"dataframe_split": {"columns": ["a", "b", "extra"], "data": [[1, 2, "x"], [3, 4, "y"]]}}"#
        let (answer, _) = try answer([rule], body: body)
        #expect(RuleFindings.headers(answer.scored).map(\.value) == ["1", "seen;action=flag;rows=1"])
        // What rules alone look at is not recorded.
        #expect(answer.scored[0].further == nil && RuleBook([rule])?.needsExplanation == true)
        #expect(RuleBook([rule])?.requestColumns == ["a", "absent", "b", "extra"])
        let csv = service().invocations(Array("a,b,extra\n1,2,x\n3,4,y\n".utf8), contentType: "text/csv", rules: RuleBook([rule]))
        #expect(csv.status == 200 && RuleFindings.headers(csv.scored).count == 2)
    }

    @Test func jobsAreHeldAgainstTheSameRules() throws {
        let seen = Told(columns: ["extra"]) { rows in rows.block["extra"].map { $0.value(at: 0) == .text("x") ? [.yes, .no] : [.no, .no] } ?? [.unknown, .unknown] }
        let block = RowBlock(rowCount: 2, columns: [
            Column(name: "a", values: .int64([1, 3])), Column(name: "b", values: .int64([2, 4])),
            Column(name: "extra", values: .text(codes: [0, 0], dictionary: TextDictionary(["x"]))),
        ])
        let rule = AnswerRule(name: "seen", action: .refer, unknown: .refuse, tests: [seen])
        let scored = try service().score(block, further: [], rules: RuleBook([rule]))
        #expect(!scored.labels.isPresent(0) && scored.labels.isPresent(1) && scored.further == nil && scored.inputs.columns.count == 2)
        #expect(try service().score(block, further: ["extra"], rules: RuleBook([rule])).further?.columns.count == 1)
    }

    /// Tensors have no word for no answer.
    @Test func tensorsAreGivenWholeOrNotAtAll() throws {
        let body = #"{"inputs": [{"name": "a", "shape": [2], "datatype": "FP64", "data": [1, 3]}, {"name": "b", "shape": [2], "datatype": "FP64", "data": [2, 4]}], "#
            + #""outputs": [{"name": "predict"}, {"name": "rules"}]}"#
        let request = try InferenceRequest(json: Array(body.utf8), headerLength: nil)
        let answer = try service().infer(request, rules: RuleBook([Self.rule("mark", .flag, [.no, .yes]), Self.rule("swap", .replace, [.yes, .no], value: "0")]))
        #expect(answer.outputs[0].values == [0, 0])
        #expect(answer.outputs[1].values == [#"[{"rule":"swap","action":"replace"}]"#, #"[{"rule":"mark","action":"flag"}]"#])
        for action in [AnswerRule.Action.refer, .refuse] {
            do {
                _ = try service().infer(request, rules: RuleBook([Self.rule("r", action, [.no, .yes])]))
                Issue.record("an answer that was to be withheld was given")
            } catch {
                #expect(error.answer.status == 422 && error.answer.scored.count == 1)
            }
        }
        #expect(throws: ServingFailure.self) { try service().infer(request) }
    }
}
