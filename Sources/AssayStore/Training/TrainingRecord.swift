package import AssayTerms

/// One run of a pipeline, from what asked for it to what came of it.
package struct TrainingRecord: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Waits for a worker, or for a request to be answered.
        case queued
        case started, finished, failed, cancelled
        /// It did not begin: too often, too soon, or after too many that came to nothing.
        case bounded

        package var isOver: Bool { self != .queued && self != .started }
    }

    package enum Trigger: String, Sendable, CaseIterable {
        case monitor, schedule, manual, data, commit
    }

    package var ordinal: Int64 = 0
    package let id: String
    package let pipeline: Text
    package let modelID: String
    package let trigger: Trigger
    /// One for each reason of a pipeline and model, so that a reason counts once.
    package let triggerKey: Text
    package var state: State
    /// Why it began and what came back, sealed under the key of its model.
    package var sealedDetails: [UInt8]
    package let createdMilliseconds: Int64
    /// When the next request may be sent.
    package var dueMilliseconds: Int64
    package var startedMilliseconds: Int64?
    package var finishedMilliseconds: Int64?
    /// When it has failed unless something came back.
    package var deadlineMilliseconds: Int64?
    /// Requests that were begun.
    package var attempts = 0
    /// What a worker shows that it is the one.
    package var lease: String?
    package var leaseMilliseconds: Int64?
    /// The account of the worker.
    package var workerID: String?
    package var runID: Text?
    package var versionID: String?
    /// Whether the gate was asked for the version's promotion, where the pipeline says so.
    package var isAsked = false

    package init(
        id: String, pipeline: Text, modelID: String, trigger: Trigger, triggerKey: Text, state: State, sealedDetails: [UInt8],
        createdMilliseconds: Int64
    ) {
        self.id = id
        self.pipeline = pipeline
        self.modelID = modelID
        self.trigger = trigger
        self.triggerKey = triggerKey
        self.state = state
        self.sealedDetails = sealedDetails
        self.createdMilliseconds = createdMilliseconds
        dueMilliseconds = createdMilliseconds
    }
}
