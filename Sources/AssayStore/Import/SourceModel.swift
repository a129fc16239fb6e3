package import AssayTerms

/// A registered model of another tracker with its versions.
package struct SourceModel: Hashable, Sendable {
    package var name: Text
    package var description: Text?
    package var creationTime: Int64
    package var lastUpdateTime: Int64
    /// Sorted by key.
    package var tags: [KeyValue]
    /// Sorted by alias.
    package var aliases: [ModelAlias]
    /// Sorted by number.
    package var versions: [SourceVersion]

    package init(
        name: Text, description: Text?, creationTime: Int64, lastUpdateTime: Int64, tags: [KeyValue], aliases: [ModelAlias],
        versions: [SourceVersion]
    ) {
        self.name = name
        self.description = description
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.tags = tags
        self.aliases = aliases
        self.versions = versions
    }
}

/// A version of a registered model of another tracker.
package struct SourceVersion: Hashable, Sendable {
    package var number: Int64
    package var description: Text?
    package var stage: ModelStage
    /// Deleted there: only its number is left, which is never given again.
    package var isDeleted: Bool
    /// Why it never became ready, if it did not.
    package var unreadyStatus: Text?
    /// What the client named.
    package var source: Text
    /// Where that led to when the version was made; `nil` if it was not noted.
    package var storageLocation: Text?
    package var runID: Text
    package var runLink: Text
    package var loggedModelID: Text?
    package var creationTime: Int64
    package var lastUpdateTime: Int64
    /// Sorted by key.
    package var tags: [KeyValue]

    package init(
        number: Int64, description: Text?, stage: ModelStage, isDeleted: Bool, unreadyStatus: Text?, source: Text,
        storageLocation: Text?, runID: Text, runLink: Text, loggedModelID: Text?, creationTime: Int64, lastUpdateTime: Int64,
        tags: [KeyValue]
    ) {
        self.number = number
        self.description = description
        self.stage = stage
        self.isDeleted = isDeleted
        self.unreadyStatus = unreadyStatus
        self.source = source
        self.storageLocation = storageLocation
        self.runID = runID
        self.runLink = runLink
        self.loggedModelID = loggedModelID
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.tags = tags
    }
}
