package import AssayTerms

/// Which alerts a route or a silence is about. What is left empty asks for nothing; what is written is all asked for.
package struct AlertMatch: Hashable, Sendable {
    /// Exactly these keys.
    package var keys: [Text]
    /// Any of these is among whom the alert wants told; case does not count.
    package var roles: [Text]
    /// Any of these patterns, as policies have them, is the model's name.
    package var models: [Text]
    package var severities: [AlertSeverity]

    package init(keys: [Text] = [], roles: [Text] = [], models: [Text] = [], severities: [AlertSeverity] = []) {
        self.keys = keys
        self.roles = roles
        self.models = models
        self.severities = severities
    }

    /// Whether it asks for nothing, and so is about every alert.
    package var isOpen: Bool { keys.isEmpty && roles.isEmpty && models.isEmpty && severities.isEmpty }

    package func matches(_ subject: AlertSubject) -> Bool {
        (keys.isEmpty || keys.contains(subject.key))
            && (severities.isEmpty || severities.contains(subject.severity))
            && (roles.isEmpty || roles.contains { role in subject.roles.contains { Folding.areEqual(role, $0) } })
            && (models.isEmpty || models.contains { GlobPattern($0).matches(subject.modelName) })
    }
}
