import AssayJSON
import AssayPolicy
import AssayTerms

/// What somebody answered about the use of one model, on its way to being its classification.
package struct ClassificationDraft: Hashable, Sendable {
    let modelID: String
    let purpose: Text
    /// By the question's id.
    let answers: [Text: Text]
    /// Name and version.
    let questionnaire: Text
    let questionnaireDigest: SHA256Digest
    /// What they came to when they were given, for whoever reads the proposal. It is computed anew before it counts.
    let euClass: Text
    let tier: Text

    init(modelID: String, answers: ClassificationAnswers, outcome: ClassificationOutcome, of questionnaire: Questionnaire) {
        self.modelID = modelID
        purpose = answers.purpose
        self.answers = answers.answers
        self.questionnaire = Text(questionnaire.title)
        questionnaireDigest = questionnaire.digest
        euClass = Text(outcome.euClass.rawValue)
        tier = Text(outcome.tier.rawValue)
    }

    /// - Returns: `nil` for what ``json`` did not write.
    init?(_ json: JSONValue) {
        guard let modelID = json["model_id"]?.string, let purpose = json["purpose"]?.string, let answers = json["answers"]?.object,
            let questionnaire = json["questionnaire"]?.string, let euClass = json["eu_class"]?.string,
            let digest = json["questionnaire_digest"]?.string.flatMap({ SHA256Digest(hex: $0) }), let tier = json["tier"]?.string
        else { return nil }
        self.modelID = modelID
        self.purpose = Text(purpose)
        var given: [Text: Text] = [:]
        for (question, answer) in answers.members {
            guard let answer = answer.string else { return nil }
            given[Text(question)] = Text(answer)
        }
        self.answers = given
        self.questionnaire = Text(questionnaire)
        questionnaireDigest = digest
        self.euClass = Text(euClass)
        self.tier = Text(tier)
    }

    var json: JSONValue {
        [
            "model_id": .string(modelID), "purpose": .string(purpose.string), "answers": Self.json(answers),
            "questionnaire": .string(questionnaire.string), "questionnaire_digest": .string(questionnaireDigest.hex),
            "eu_class": .string(euClass.string), "tier": .string(tier.string),
        ]
    }

    /// Sorted by question.
    static func json(_ answers: [Text: Text]) -> JSONValue {
        .object(JSONObject(answers.sorted { $0.key < $1.key }.map { ($0.key.string, JSONValue.string($0.value.string)) }))
    }
}
