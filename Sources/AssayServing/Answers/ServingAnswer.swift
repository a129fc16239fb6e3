import AssayJSON
import AssayModels
package import AssayTerms

/// What the scoring endpoints answer, free of any HTTP library.
package struct ServingAnswer: Sendable {
    package var status: Int
    package var contentType: String
    package var body: [UInt8]
    /// Beside those of every answer.
    package var headers: [(name: String, value: String)] = []
    /// When asking again may help; `nil` where nothing says so.
    package var retrySeconds: Int?
    /// What was scored, block by block; empty where nothing was.
    package var scored: [ScoredRows] = []

    package init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    static func json(_ value: JSONValue, status: Int = 200) -> ServingAnswer {
        ServingAnswer(status: status, contentType: "application/json", body: value.bytes())
    }
}

/// Why a request cannot be answered, in the words and codes of MLflow's scoring server.
///
/// - Source: MLflow 3.17, `mlflow/exceptions.py` and `mlflow/pyfunc/scoring_server/__init__.py`.
package enum ServingFailure: Error, Sendable {
    /// A payload that is not understood.
    case badRequest(String)
    /// A payload that does not fit the model's signature.
    case schema(String)
    /// Plain text with status 415, as MLflow answers.
    case mediaType(String)
    /// The model refuses the rows, or a fault of ours.
    case model(AssayError)
    /// A rule refuses rows: status 422, which MLflow's scoring server does not use otherwise.
    case refused(RuleRefusal)

    package var answer: ServingAnswer {
        if case .model(let error) = self, let outage = error.cause as? ModelOutage { return Self.outage(outage, error.message) }
        return switch self {
        case .badRequest(let message):
            Self.json("BAD_REQUEST", message, state: "KAM00", kind: "INVALID_PARAMETER_VALUE", status: 400)
        case .schema(let message):
            Self.json("INVALID_PARAMETER_VALUE", message, state: "KAM01", kind: "SCHEMA_ENFORCEMENT_FAILED", status: 400)
        case .refused(let refusal): Self.refused(refusal)
        case .mediaType(let message):
            ServingAnswer(status: 415, contentType: "text/plain; charset=utf-8", body: Array(message.utf8))
        case .model(let error):
            switch error.code {
            case .internalFault, .corrupt, .unavailable:
                Self.json(
                    "INTERNAL_ERROR", "Something failed inside the server; its log has the details.", state: "XXKAM",
                    kind: "INTERNAL_ERROR", status: 500)
            default:
                Self.json(
                    "BAD_REQUEST", error.message, state: "KAM00", kind: "INVALID_PARAMETER_VALUE", status: 400)
            }
        }
    }

    /// The same for whoever scores rows and answers nobody.
    var error: AssayError {
        switch self {
        case .badRequest(let message), .schema(let message), .mediaType(let message): AssayError(.invalidArgument, message)
        case .refused(let refusal): AssayError(.invalidArgument, refusal.message)
        case .model(let error): error
        }
    }

    private static func refused(_ refusal: RuleRefusal) -> ServingAnswer {
        var answer = json("REFUSED_BY_RULE", refusal.message, status: RuleRefusal.status)
        answer.scored = refusal.scored
        return answer
    }

    /// By MLflow's codes and statuses; there are no classes for all of them.
    private static func outage(_ outage: ModelOutage, _ message: String) -> ServingAnswer {
        var answer =
            switch outage.kind {
            case .busy, .restarting, .stopped: json("TEMPORARILY_UNAVAILABLE", message, status: 503)
            case .late: json("DEADLINE_EXCEEDED", message, status: 504)
            case .unusable: json("INTERNAL_ERROR", message, state: "XXKAM", kind: "INTERNAL_ERROR", status: 500)
            }
        answer.retrySeconds = outage.retrySeconds
        return answer
    }

    private static func json(
        _ code: String, _ message: String, state: String? = nil, kind: String? = nil, status: Int
    ) -> ServingAnswer {
        var object: JSONObject = ["error_code": .string(code), "message": .string(message)]
        object["sqlstate"] = state.map { .string($0) }
        object["error_class"] = kind.map { .string($0) }
        return .json(.object(object), status: status)
    }
}
