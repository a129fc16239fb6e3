import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

/// Alerts, their rules, silences and deliveries as answers have them.
enum AlertJSON {
    static func alert(_ alert: Alert) -> JSONValue {
        let record = alert.record
        var object: JSONObject = [
            "key": .string(record.key.string), "state": .string(record.state.rawValue), "severity": .string(record.severity.rawValue),
            "model_id": record.modelID.isEmpty ? .null : .string(record.modelID),
        ]
        // What an erased model's alert said is gone.
        for member in alert.details?.json.members ?? [] { object[member.name] = member.value }
        object["erased"] = .bool(alert.details == nil)
        object["fired_ms"] = .integer(record.firedMilliseconds)
        object["seen_ms"] = .integer(record.seenMilliseconds)
        object["resolved_ms"] = record.state == .resolved ? optional(record.resolvedMilliseconds) : .null
        object["episode"] = .integer(record.episode)
        object["routed"] = .bool(record.isRouted)
        object["silenced"] = .bool(alert.isSilenced)
        object["acknowledged"] = record.acknowledgement.map { one in
            [
                "by_id": .string(one.userID), "by": alert.acknowledgerName.map { .string($0.string) } ?? .null,
                "comment": .string(one.comment.string), "time_ms": .integer(one.milliseconds),
            ]
        } ?? .null
        return .object(object)
    }

    static func rules(_ record: AppliedDocument) -> JSONObject {
        [
            "number": .integer(record.number), "digest": .string(record.digest.hex), "author_id": .string(record.authorID),
            "applied_ms": .integer(record.appliedMilliseconds), "text": .string(String(decoding: record.source, as: UTF8.self)),
        ]
    }

    static func silence(_ silence: AlertSilence) -> JSONValue {
        [
            "id": .string(silence.id), "match": .object(silence.match.json), "comment": .string(silence.comment.string),
            "author_id": .string(silence.authorID), "author": silence.authorName.map { .string($0.string) } ?? .null,
            "created_ms": .integer(silence.createdMilliseconds), "end_ms": .integer(silence.endMilliseconds),
        ]
    }

    static func delivery(_ delivery: AlertDeliveryRecord) -> JSONValue {
        [
            "id": .string(delivery.id), "receiver": .string(delivery.receiver.string), "reason": .string(delivery.reason.rawValue),
            "state": .string(delivery.state.rawValue), "created_ms": .integer(delivery.createdMilliseconds),
            "due_ms": delivery.state == .queued ? .integer(delivery.dueMilliseconds) : .null,
            "finished_ms": optional(delivery.finishedMilliseconds),
            "alerts": .array(
                delivery.said.map { one in
                    ["key": .string(one.key.string), "state": .string(one.state.rawValue), "severity": .string(one.severity.rawValue)]
                }),
            "attempts": .array(
                delivery.attempts.map { attempt in
                    [
                        "number": .integer(Int64(attempt.number)), "started_ms": .integer(attempt.startedMilliseconds),
                        "finished_ms": optional(attempt.finishedMilliseconds), "status": optional(attempt.status.map(Int64.init)),
                        "error": attempt.error.map { .string($0) } ?? .null,
                    ]
                }),
        ]
    }

    static func attempt(_ attempt: UseCases.AlertAttempt) -> JSONValue {
        [
            "delivered": .bool(attempt.ending == .delivered), "status": optional(attempt.status.map(Int64.init)),
            "error": attempt.error.map { .string($0.rawValue) } ?? .null, "words": .string(attempt.words),
        ]
    }

    private static func optional(_ number: Int64?) -> JSONValue { number.map { .integer($0) } ?? .null }
}
