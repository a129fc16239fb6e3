package import AssayJSON
package import AssayPolicy
package import AssayTerms

/// How something stands that people want to hear of: said again at each look, whether it changed or not.
///
/// Title and facts are shown to whoever is told and stand in messages of other services, so they hold measures and names, never
/// values of rows.
package struct AlertSignal: Sendable {
    package static let keyLimit = 512
    package static let titleLimit = 256
    package static let factsLimit = 8 << 10

    /// What makes two signals speak of the same: `monitor/<model id>/<plan paper id>/<digest of the monitor>`.
    package let key: Text
    package let severity: AlertSeverity
    package let state: AlertState
    package let title: Text
    /// Empty for an alert about no model.
    package let modelID: String
    package let modelName: Text
    package let version: Int?
    /// Whom the policy or plan wants told, each once.
    package let roles: [Text]
    /// What was measured, as decimal text.
    package let value: Text?
    package let limit: Text?
    package let facts: JSONObject
    /// Of the page or API that shows more, below the server's address; empty without one.
    package let path: Text

    /// - Throws: `invalidArgument` for a key or title that is empty, too long or not printable in one line, for facts of more than
    ///   8 KiB, and for a path that does not begin with one slash.
    package init(
        key: Text, severity: AlertSeverity, state: AlertState, title: Text, modelID: String, modelName: Text, version: Int? = nil,
        roles: [Text] = [], value: Text? = nil, limit: Text? = nil, facts: JSONObject = JSONObject(), path: Text = ""
    ) throws(AssayError) {
        try Self.require(key, "key", limit: Self.keyLimit)
        try Self.require(title, "title", limit: Self.titleLimit)
        for (text, what) in [(modelName, "model's name"), (value, "value"), (limit, "limit")] {
            if let text, !text.isEmpty { try Self.require(text, what, limit: 1_024) }
        }
        for role in roles { try Self.require(role, "role", limit: Self.titleLimit) }
        if !path.isEmpty {
            try Self.require(path, "path", limit: 2_048)
            guard path.string.hasPrefix("/"), !path.string.hasPrefix("//") else {
                throw AssayError(.invalidArgument, "An alert's path begins with one '/', below the server's address.")
            }
        }
        guard JSONValue.object(facts).bytes().count <= Self.factsLimit else {
            throw AssayError(.invalidArgument, "An alert's facts are at most \(Self.factsLimit) bytes of JSON.")
        }
        self.key = key
        self.severity = severity
        self.state = state
        self.title = title
        self.modelID = modelID
        self.modelName = modelName
        self.version = version
        self.roles = roles.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        self.value = value
        self.limit = limit
        self.facts = facts
        self.path = path
    }

    private static func require(_ text: Text, _ what: String, limit: Int) throws(AssayError) {
        let isPrintable = text.string.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: false
            default: true
            }
        }
        guard !text.isEmpty, text.utf8Count <= limit, isPrintable else {
            throw AssayError(.invalidArgument, "An alert's \(what) is 1 to \(limit) bytes of printable text in one line.")
        }
    }

    package var subject: AlertSubject {
        AlertSubject(key: key, severity: severity, roles: roles, modelID: modelID, modelName: modelName, version: version)
    }

    var details: AlertDetails {
        AlertDetails(
            title: title, modelName: modelName, version: version, roles: roles, value: value, limit: limit, facts: facts, path: path)
    }
}

/// What came of a signal.
package enum AlertEffect: String, Sendable {
    case fired
    /// It fired before, with another severity.
    case changed
    case resolved
    /// As it was: only what was measured, and when, is new.
    case repeated
    /// Nothing is over that never was.
    case ignored
}
