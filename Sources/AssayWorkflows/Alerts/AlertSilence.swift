package import AssayJSON
package import AssayPolicy
import AssayStore
package import AssayTerms

/// For how long which alerts are told to nobody.
package struct AlertSilence: Sendable {
    package let id: String
    package let match: AlertMatch
    package let comment: Text
    package let authorID: String
    /// Where it is known.
    package let authorName: Text?
    package let createdMilliseconds: Int64
    package let endMilliseconds: Int64
}

extension AlertMatch {
    package var json: JSONObject {
        [
            "keys": .array(keys.map { .string($0.string) }), "roles": .array(roles.map { .string($0.string) }),
            "models": .array(models.map { .string($0.string) }), "severities": .array(severities.map { .string($0.rawValue) }),
        ]
    }

    /// - Throws: `corrupt` for what ``json`` did not write.
    init(stored bytes: [UInt8]) throws(AssayError) {
        guard let json = try? JSONValue(parsing: bytes), let severities = json["severities"]?.array else {
            throw AssayError(.corrupt, "What a silence is about cannot be read any more.")
        }
        let texts = { (name: String) in (json[name]?.array ?? []).compactMap(\.string).map { Text($0) } }
        self.init(
            keys: texts("keys"), roles: texts("roles"), models: texts("models"),
            severities: severities.compactMap(\.string).compactMap { AlertSeverity(rawValue: $0) })
    }
}
