package import AssayJSON
package import AssayPolicy
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

    package static func questionnaire(_ questionnaire: Questionnaire, source: [UInt8]) -> JSONValue {
        [
            "name": .string(questionnaire.name.string), "version": .string(questionnaire.version.string),
            "as_of": .string(questionnaire.asOf.description), "digest": .string(questionnaire.digest.hex),
            "text": .string(String(decoding: source, as: UTF8.self)), "blank_answers": .string(questionnaire.blankAnswers),
        ]
    }

    /// What became of one that somebody published, but for what waits.
    package static func publication(_ publication: UseCases.QuestionnairePublication) -> JSONObject {
        let questionnaire = publication.questionnaire
        return [
            "name": .string(questionnaire.name.string), "version": .string(questionnaire.version.string),
            "digest": .string(questionnaire.digest.hex), "published": publication.published.map(Self.publication) ?? .null,
        ]
    }

    /// A published questionnaire without its text.
    package static func publication(_ record: QuestionnaireRecord) -> JSONValue {
        [
            "number": .integer(record.number), "name": .string(record.name.string), "version": .string(record.version.string),
            "digest": .string(record.digest.hex), "by_id": .string(record.publisherID),
            "published_ms": .integer(record.publishedMilliseconds),
        ]
    }
}
