package import AssayJSON
package import AssayStore
package import AssayTerms

/// What an alert says, as it is sealed.
package struct AlertDetails: Sendable {
    package var title: Text
    package var modelName: Text
    package var version: Int?
    package var roles: [Text]
    package var value: Text?
    package var limit: Text?
    package var facts: JSONObject
    package var path: Text

    package init(
        title: Text, modelName: Text, version: Int?, roles: [Text], value: Text?, limit: Text?, facts: JSONObject, path: Text
    ) {
        self.title = title
        self.modelName = modelName
        self.version = version
        self.roles = roles
        self.value = value
        self.limit = limit
        self.facts = facts
        self.path = path
    }

    /// - Throws: `corrupt` for what ``json`` did not write.
    init(_ json: JSONValue) throws(AssayError) {
        guard let title = json["title"]?.string, let model = json["model"]?.string, let roles = json["roles"]?.array,
            let facts = json["facts"]?.object, let path = json["path"]?.string
        else { throw AssayError(.corrupt, "What an alert said cannot be read any more.") }
        self.init(
            title: Text(title), modelName: Text(model), version: json["version"]?.integer.map { Int($0) },
            roles: roles.compactMap(\.string).map { Text($0) }, value: json["value"]?.string.map { Text($0) },
            limit: json["limit"]?.string.map { Text($0) }, facts: facts, path: Text(path))
    }

    package var json: JSONObject {
        [
            "title": .string(title.string), "model": .string(modelName.string), "version": version.map { .integer(Int64($0)) } ?? .null,
            "roles": .array(roles.map { .string($0.string) }), "value": value.map { .string($0.string) } ?? .null,
            "limit": limit.map { .string($0.string) } ?? .null, "facts": .object(facts), "path": .string(path.string),
        ]
    }
}

/// An alert with what it says; `nil` details once its model was erased.
package struct Alert: Sendable {
    package let record: AlertRecord
    package let details: AlertDetails?
    /// Who acknowledged, where the name is known.
    package let acknowledgerName: Text?
    package let isSilenced: Bool
}
