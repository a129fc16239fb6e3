package import AssayJSON
package import AssayTerms

/// Registered models and versions as MLflow's messages show them; what is not set is left out.
package enum RegistryAnswers {
    package static func model(_ model: RegisteredModel, latest: [ModelVersion]) -> JSONValue {
        var object: JSONObject = [
            "name": .string(model.name.string), "creation_timestamp": .integer(model.creationTime),
            "last_updated_timestamp": .integer(model.lastUpdateTime),
        ]
        object["description"] = nonEmpty(model.description)
        // A model's answer names aliases by itself, so its versions do not repeat them.
        add(latest.map { version($0, aliases: []) }, as: "latest_versions", to: &object)
        add(model.tags.map(pair), as: "tags", to: &object)
        add(
            model.aliases.map {
                ["alias": .string($0.alias.string), "version": .string(String($0.version))]
            }, as: "aliases", to: &object)
        return .object(object)
    }

    package static func version(_ version: ModelVersion) -> JSONValue { self.version(version, aliases: version.aliases) }

    private static func version(_ version: ModelVersion, aliases: [Text]) -> JSONValue {
        var object: JSONObject = [
            "name": .string(version.modelName.string), "version": .string(String(version.number)),
            "creation_timestamp": .integer(version.creationTime),
            "last_updated_timestamp": .integer(version.lastUpdateTime), "current_stage": .string(version.stage.rawValue),
        ]
        object["description"] = version.description.map { .string($0.string) }
        object["source"] = .string(version.source.string)
        object["run_id"] = .string(version.runID.string)
        object["status"] =
            switch version.admission {
            case .open, .admitted: "READY"
            case .waiting: "PENDING_REGISTRATION"
            case .refused: "FAILED_REGISTRATION"
            }
        object["status_message"] = version.admission.text.map { .string($0.string) }
        add(version.tags.map(pair), as: "tags", to: &object)
        object["run_link"] = .string(version.runLink.string)
        add(aliases.map { .string($0.string) }, as: "aliases", to: &object)
        return .object(object)
    }

    private static func nonEmpty(_ text: Text?) -> JSONValue? {
        text.flatMap { $0.isEmpty ? nil : .string($0.string) }
    }

    private static func pair(_ pair: KeyValue) -> JSONValue {
        ["key": .string(pair.key.string), "value": .string(pair.value.string)]
    }

    private static func add(_ items: [JSONValue], as name: String, to object: inout JSONObject) {
        if !items.isEmpty { object[name] = .array(items) }
    }
}
