package import AssayTerms

/// What routes and silences look at of an alert.
package struct AlertSubject: Hashable, Sendable {
    package var key: Text
    package var severity: AlertSeverity
    /// Whom a policy or plan wants told.
    package var roles: [Text]
    /// Empty for an alert about no model.
    package var modelID: String
    package var modelName: Text
    package var version: Int?

    package init(key: Text, severity: AlertSeverity, roles: [Text], modelID: String, modelName: Text, version: Int?) {
        self.key = key
        self.severity = severity
        self.roles = roles
        self.modelID = modelID
        self.modelName = modelName
        self.version = version
    }
}
