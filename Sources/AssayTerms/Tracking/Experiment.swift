/// A named group of runs and logged models.
package struct Experiment: Hashable, Sendable {
    /// The experiment that is always there and takes what names no other.
    package static let defaultID: Int64 = 0

    package let id: Int64
    package let name: Text
    /// The URI below which runs and logged models have their artifacts.
    package let artifactLocation: Text
    package let stage: LifecycleStage
    /// Milliseconds since 1970.
    package let creationTime: Int64
    /// Milliseconds since 1970.
    package let lastUpdateTime: Int64
    /// Sorted by key.
    package var tags: [KeyValue]

    package init(
        id: Int64, name: Text, artifactLocation: Text, stage: LifecycleStage, creationTime: Int64, lastUpdateTime: Int64,
        tags: [KeyValue]
    ) {
        self.id = id
        self.name = name
        self.artifactLocation = artifactLocation
        self.stage = stage
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.tags = tags
    }
}
