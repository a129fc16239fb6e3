package import AssayTerms

/// What was counted of a version in the shadow of the one that holds the place now: of the same files on both sides.
package struct ShadowFacts: Hashable, Sendable {
    /// The number of the version that holds the place.
    package var baseline: Text
    /// Rows that both predicted.
    package var predictions: Int64
    /// Of them, the share in which they agree; `nil` without any.
    package var agreement: Double?
    /// Of the requests that the version was asked, the share that it failed to answer; `nil` without any.
    package var errors: Double?
    /// These hold at all times, so that whoever asks again and again is not misled; over requests, of which each counts once.
    package var agreementInterval: Interval?
    package var errorsInterval: Interval?
    /// The id of a shadow that is running.
    package var running: Text?

    package init(
        baseline: Text, predictions: Int64, agreement: Double? = nil, errors: Double? = nil, agreementInterval: Interval? = nil,
        errorsInterval: Interval? = nil, running: Text? = nil
    ) {
        self.baseline = baseline
        self.predictions = predictions
        self.agreement = agreement
        self.errors = errors
        self.agreementInterval = agreementInterval
        self.errorsInterval = errorsInterval
        self.running = running
    }
}
