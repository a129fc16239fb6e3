package import AssayTerms

/// A run as the store knows it inside one use case: enough to check its state and to append to it.
package struct RunHandle: Hashable, Sendable {
    /// The driver's own number of the run.
    package let number: Int64
    package let id: Text
    package let experimentID: Int64
    package let status: RunStatus
    package let stage: LifecycleStage
    /// When the run is to be sealed; `nil` if nothing changed since its last seal. Read with the rest of the row, so that
    /// a run that is marked already costs no further statement. See ``SealSchedule``.
    package let sealDue: Int64?

    package init(
        number: Int64, id: Text, experimentID: Int64, status: RunStatus, stage: LifecycleStage, sealDue: Int64?
    ) {
        self.number = number
        self.id = id
        self.experimentID = experimentID
        self.status = status
        self.stage = stage
        self.sealDue = sealDue
    }
}
