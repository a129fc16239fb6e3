import AssayJSON
import AssayLedgerFormat
import AssayTerms

/// The body of a message.
///
/// `entity`, `action`, `timestamp` and `data` are MLflow's. `actor` says who did it, as the ledger has it, and `entry` names
/// the ledger entry, by which an auditor finds the proof.
enum WebhookMessage {
    static func body(
        of notice: WebhookNotice, by actor: Principal?, entryID: String?, milliseconds: Int64
    ) -> [UInt8] {
        var object: JSONObject = [
            "entity": .string(notice.event.entity), "action": .string(notice.event.action),
            "timestamp": .string(time(milliseconds)), "data": .object(notice.data),
        ]
        object["actor"] = actor.map {
            ["id": .string($0.id), "name": .string($0.name.string), "kind": .string($0.kind.rawValue)]
        }
        object["entry"] = entryID.map { .string($0) }
        return JSONValue.object(object).bytes()
    }

    /// ISO 8601 as Python's `isoformat` writes it, which its older `fromisoformat` takes too.
    private static func time(_ milliseconds: Int64) -> String {
        (LedgerTime.text(milliseconds: milliseconds) ?? "").dropLast() + "000+00:00"
    }
}

/// That something happened, as webhooks are told.
struct WebhookNotice: Sendable {
    let event: WebhookEvent
    let data: JSONObject
}
