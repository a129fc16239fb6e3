package import AssayTerms

/// A run as the store knows it inside one use case: enough to check its state and to append to it.
package struct RunHandle: Hashable, Sendable {
    /// The driver's own number of the run.
    package let number: Int64
    package let id: Text
    package let experimentID: Int64
    package let stage: LifecycleStage

    package init(number: Int64, id: Text, experimentID: Int64, stage: LifecycleStage) {
        self.number = number
        self.id = id
        self.experimentID = experimentID
        self.stage = stage
    }
}
