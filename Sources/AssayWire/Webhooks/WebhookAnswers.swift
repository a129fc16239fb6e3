package import AssayJSON
package import AssayTerms

/// A webhook as MLflow's message shows it; there is no place for a secret in it.
package enum WebhookAnswers {
    package static func webhook(
        id: String, name: Text, description: Text?, url: Text, events: [WebhookEvent], status: WebhookStatus,
        creationTime: Int64, lastUpdateTime: Int64
    ) -> JSONValue {
        var object: JSONObject = ["webhook_id": .string(id), "name": .string(name.string)]
        object["description"] = description.map { .string($0.string) }
        object["url"] = .string(url.string)
        object["events"] = .array(
            events.map { ["entity": .string($0.entity.uppercased()), "action": .string($0.action.uppercased())] })
        object["status"] = .string(status.rawValue)
        object["creation_timestamp"] = .integer(creationTime)
        object["last_updated_timestamp"] = .integer(lastUpdateTime)
        return .object(object)
    }

    package static func testResult(succeeded: Bool, status: Int?, body: Text?, error: String?) -> JSONValue {
        var object: JSONObject = ["success": .bool(succeeded)]
        object["response_status"] = status.map { .integer(Int64($0)) }
        object["response_body"] = body.map { .string($0.string) }
        object["error_message"] = error.map { .string($0) }
        return .object(object)
    }
}
