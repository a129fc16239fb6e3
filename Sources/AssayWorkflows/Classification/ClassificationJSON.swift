package import AssayJSON
import AssayPolicy
package import AssayStore
import AssayTerms

/// Classifications and what is asked for them, as our own routes answer them.
package enum ClassificationJSON {
    /// `gate_tier` is null where the gate asks for what every tier asks for; class and tier are where only the purpose was
    /// changed.
    package static func record(_ record: ClassificationRecord) throws -> JSONObject {
        guard let content = try? JSONValue(parsing: record.content) else {
            throw AssayError(.corrupt, "A stored classification is no JSON any more.")
        }
        return [
            "number": .integer(record.number), "gate_tier": try record.gateTier().map { .string($0.rawValue) } ?? .null,
            "eu_class": record.result.map { .string($0.euClass.string) } ?? .null,
            "tier": record.result.map { .string($0.tier.string) } ?? .null,
            "questionnaire": record.result.map { .string($0.questionnaire.string) } ?? .null,
            "questionnaire_digest": record.result.map { .string($0.questionnaireDigest.hex) } ?? .null,
            "purpose": content["purpose"] ?? .null, "answers": content["answers"] ?? .null,
            "outcome": content["outcome"] ?? .null, "by_id": .string(record.authorID),
            "recorded_ms": .integer(record.recordedMilliseconds),
        ]
    }

    package static func view(_ view: UseCases.ClassificationView) throws -> JSONValue {
        var object = try record(view.record)
        object["model"] = .string(view.model.string)
        object["by"] = .string(view.authorName.string)
        return .object(object)
    }

    package static var questionnaire: JSONValue {
        let questionnaire = UseCases.questionnaire
        return [
            "name": .string(questionnaire.name.string), "version": .string(questionnaire.version.string),
            "as_of": .string(questionnaire.asOf.description), "digest": .string(questionnaire.digest.hex),
            "text": .string(Questionnaire.shippedText), "blank_answers": .string(questionnaire.blankAnswers),
        ]
    }
}
