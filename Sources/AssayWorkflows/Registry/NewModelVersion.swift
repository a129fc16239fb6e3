package import AssayTerms

/// What a client asks for when it makes a version.
package struct NewModelVersion: Sendable {
    package var modelName: Text
    package var source: Text
    /// `nil` if the request does not have the field; it may be empty.
    package var runID: Text?
    /// `nil` if the request does not have the field; it may be empty.
    package var loggedModelID: Text?
    package var runLink: Text
    package var description: Text
    package var tags: [KeyValue]

    package init(
        modelName: Text, source: Text, runID: Text?, loggedModelID: Text?, runLink: Text, description: Text,
        tags: [KeyValue]
    ) {
        self.modelName = modelName
        self.source = source
        self.runID = runID
        self.loggedModelID = loggedModelID
        self.runLink = runLink
        self.description = description
        self.tags = tags
    }
}
