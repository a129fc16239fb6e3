/// What the tracking room adds to a snapshot.
package protocol TrackingSnapshot: ExperimentSnapshot, RunSnapshot, LoggedModelSnapshot, FileSnapshot {}

/// What the tracking room adds to a use case.
package protocol TrackingTransaction: TrackingSnapshot, ExperimentTransaction, RunTransaction, LoggedModelTransaction,
    FileTransaction
{}
