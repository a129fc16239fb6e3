import AssayJSON
import AssayTerms
package import AssayWorkflows
import HTTPTypes

/// What models are used for, under `/api/assay/v1`.
package enum ClassificationRoutes {
    private static let bodyLimit = 1 << 20

    package static func routes(_ useCases: UseCases) -> [Route] {
        [
            Route("POST", "/classifications", .request, on: .governedModel, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let model = try body.text("model")
                let (answers, purpose) = (try body.optionalText("answers"), try body.optionalText("purpose"))
                let classification: UseCases.Classification
                switch (answers, purpose) {
                case (let answers?, nil):
                    classification = try await useCases.classify(model: model, answers: Array(answers.utf8), by: exchange.principal)
                case (nil, let purpose?):
                    classification = try await useCases.changePurpose(ofModel: model, to: purpose, by: exchange.principal)
                default:
                    throw AssayError(
                        .invalidArgument, "The body needs 'answers', the text of a file of answers, or 'purpose', another intended use.")
                }
                var answer: JSONObject = ["model": .string(model.string), "waiting": AccessJSON.waiting(classification.waiting)]
                answer["standing"] = try classification.standing.map { .object(try ClassificationJSON.record($0)) } ?? .null
                return .json(JSONValue.object(answer).bytes(), status: classification.waiting == nil ? 201 : 202)
            },
            Route("GET", "/classifications", .read, on: .filtered) { exchange in
                let views: [UseCases.ClassificationView]
                if let model = exchange.queryValue("model") {
                    views = try await useCases.classifications(ofModel: Text(model))
                } else {
                    views = try await useCases.classifications()
                }
                return .json(JSONValue.object(["classifications": .array(try views.map(ClassificationJSON.view))]).bytes())
            },
            Route("GET", "/questionnaire", .read, on: .filtered) { _ in
                let (questionnaire, source) = try await useCases.questionnaireInForce()
                return .json(ClassificationJSON.questionnaire(questionnaire, source: source).bytes())
            },
            // The file as it is, in any content type but JSON, or {"questionnaire": "the file's text"}.
            Route("POST", "/questionnaires", .publish, body: .anyContentType(limit: bodyLimit)) { exchange in
                let isJSON = exchange.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
                let source = isJSON ? Array(try GovernanceBody(exchange).text("questionnaire").string.utf8) : exchange.body
                let publication = try await useCases.publishQuestionnaire(source, by: exchange.principal)
                var answer = ClassificationJSON.publication(publication)
                answer["waiting"] = AccessJSON.waiting(publication.waiting)
                return .json(JSONValue.object(answer).bytes(), status: publication.waiting == nil ? 201 : 202)
            },
            Route("GET", "/questionnaires", .read, on: .filtered) { _ in
                let published = try await useCases.questionnaires().map(ClassificationJSON.publication)
                return .json(JSONValue.object(["questionnaires": .array(published)]).bytes())
            },
        ].map { $0.prefixed(GovernanceRoutes.prefix) }
    }
}
