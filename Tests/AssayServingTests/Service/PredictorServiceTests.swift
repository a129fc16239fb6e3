import AssayColumns
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms
import Testing

/// Goal: a model that scores elsewhere is served in MLflow's forms, and what becomes of it in statuses that clients know.
/// Method: a predictor that answers, or fails, as it is told.
@Suite struct PredictorServiceTests {
    struct Told: RowPredictor {
        let form: ModelForm
        let result: Result<Predictions, AssayError>

        init(_ result: Result<Predictions, AssayError>, classes: ClassLabels? = nil) {
            form = ModelForm(
                inputs: ["a", "b"], usedInputs: [0, 1], inputsAreNamed: true, signature: nil, classes: classes, inputExample: nil,
                description: "told")
            self.result = result
        }

        func predictions(_ blocks: [RowBlock], parameters: JSONValue?) throws(AssayError) -> [Predictions] {
            let answer = try result.get()
            return blocks.map { _ in answer }
        }

        func requireReady() throws(AssayError) { _ = try result.get() }
    }

    static let body = #"{"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2], [3, 4]]}}"#
    static let labels = Column(name: "prediction", values: .int64([1, 0]))

    @Test(arguments: [
        (Predictions(values: labels, probabilities: nil), #"{"predictions":[1,0]}"#),
        (Predictions(values: labels, probabilities: nil, record: "y"), #"{"predictions":[{"y":1},{"y":0}]}"#),
        (Predictions(values: labels, probabilities: [[0.25, 0.75], [0.75, 0.25]]), #"{"predictions":[1,0]}"#),
        (
            Predictions(values: labels, probabilities: [[0.25, 0.75], [0.75, 0.25]], answer: .probabilities),
            #"{"predictions":[[0.25,0.75],[0.75,0.25]]}"#
        ),
        (
            Predictions(values: labels, probabilities: [[0.25, 0.75], [0.75, 0.25]], answer: .secondProbability),
            #"{"predictions":[0.75,0.25]}"#
        ),
    ])
    func formsOfAnswers(predictions: Predictions, text: String) throws {
        let service = ScoringService(predictor: Told(.success(predictions), classes: .integers([0, 1])))
        let answer = try service.post(Self.body)
        #expect(answer.status == 200 && answer.text == text)
        #expect(service.ping().status == 200)
    }

    @Test(arguments: [
        (ModelOutage.Kind.busy, 503, "TEMPORARILY_UNAVAILABLE"), (.restarting, 503, "TEMPORARILY_UNAVAILABLE"),
        (.stopped, 503, "TEMPORARILY_UNAVAILABLE"), (.late, 504, "DEADLINE_EXCEEDED"), (.unusable, 500, "INTERNAL_ERROR"),
    ])
    func outages(kind: ModelOutage.Kind, status: Int, code: String) throws {
        let error = AssayError(.unavailable, "in words", cause: ModelOutage(kind, retrySeconds: 7))
        let service = ScoringService(predictor: Told(.failure(error)))
        let answer = service.invocations(Array(Self.body.utf8), contentType: "application/json")
        let json = try JSONValue(parsing: answer.body)
        #expect(answer.status == status && answer.retrySeconds == 7)
        #expect(json["error_code"]?.string == code && json["message"]?.string == "in words")
        #expect(service.ping().status == status)
    }

    @Test func theModelsOwnErrorIsTheRequests() throws {
        let service = ScoringService(predictor: Told(.failure(AssayError(.unreadable, "its library raises ValueError"))))
        let answer = try service.post(Self.body)
        #expect(answer.status == 400 && answer.json["error_code"]?.string == "BAD_REQUEST")
    }
}
