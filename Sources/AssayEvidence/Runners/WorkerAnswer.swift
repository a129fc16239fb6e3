import AssayCanonical
import AssayForeign
package import AssayJSON
package import AssayTerms

/// What a worker writes to its standard output: a statement, or the error that kept it from one.
package enum WorkerAnswer {
    package static func value(of outcome: Result<Envelope, AssayError>) -> JSONValue {
        switch outcome {
        case .success(let envelope): EnvelopeJSON.statement(of: envelope)
        case .failure(let error):
            [
                "error": [
                    "code": .string(error.code.rawValue), "message": .string(error.message),
                    "needs_own_library": .bool(error.cause is NeedsOwnLibrary),
                ]
            ]
        }
    }

    /// - Throws: the worker's own error; `unreadable` where the answer is neither.
    package static func envelope(from value: JSONValue) throws(AssayError) -> Envelope {
        if let error = value["error"] {
            let code = error["code"]?.string.flatMap(AssayError.Code.init(rawValue:))
            throw AssayError(
                code ?? .internalFault, error["message"]?.string ?? "the evidence worker failed without a reason",
                cause: error["needs_own_library"] == .bool(true) ? NeedsOwnLibrary() : nil)
        }
        return try EnvelopeJSON.envelope(from: value)
    }
}
