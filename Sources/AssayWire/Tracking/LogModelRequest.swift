package import AssayJSON
package import AssayTerms

/// What clients before 3 say about a model they logged below a run: it becomes an element of a tag's JSON list.
package struct LogModelRequest: Sendable {
    package static let tag: Text = "mlflow.log-model.history"

    package let runID: Text
    /// The model's description as it stands in the tag.
    package let model: JSONValue

    package init(_ fields: RequestFields) throws(AssayError) {
        runID = try fields.runID(orUUID: false)
        let json = try fields.requiredText("model_json")
        guard let value = try? JSONValue(parsing: Array(json.utf8)), case .object(let object) = value else {
            throw AssayError(.invalidArgument, "Malformed model info. \n \(json) \n is not a valid JSON.")
        }
        let missing = ["artifact_path", "flavors", "run_id", "utc_time_created"].filter { object[$0] == nil }
        guard missing.isEmpty else {
            let names = missing.map { "'\($0)'" }.joined(separator: ", ")
            throw AssayError(.invalidArgument, "Model json is missing mandatory fields: {\(names)}")
        }
        // The tag keeps what tells models apart; signatures and the like stand in the MLmodel file.
        let kept = ["run_id", "artifact_path", "utc_time_created", "model_uuid"]
        var line = JSONObject(kept.map { ($0, object[$0] ?? .null) })
        line["flavors"] = .object(
            JSONObject(
                (object["flavors"]?.object?.members ?? []).map { flavor in
                    guard case .object(var settings) = flavor.value else { return (flavor.name, flavor.value) }
                    settings.removeValue(named: "config")
                    return (flavor.name, .object(settings))
                }))
        model = .object(line)
    }

    /// The tag's value with the model added to what it had.
    package func tagValue(after old: Text?) throws(AssayError) -> Text {
        var list: [JSONValue] = []
        if let old, let known = (try? JSONValue(parsing: Array(old.utf8)))?.array { list = known }
        list.append(model)
        return Text(String(decoding: JSONValue.array(list).bytes(), as: UTF8.self))
    }
}
