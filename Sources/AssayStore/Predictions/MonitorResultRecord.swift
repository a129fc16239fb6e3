package import AssayTerms

/// What a monitor said of one window of traffic. A window that is looked at again, because labels or late rows came, is another revision.
package struct MonitorResultRecord: Hashable, Sendable {
    package enum Verdict: String, Sendable, CaseIterable {
        /// Inside the limit.
        case kept
        case broken
        /// There was not enough to say.
        case incomplete
    }

    package var ordinal: Int64 = 0
    package let modelID: String
    /// The record that holds the plan.
    package let planID: String
    /// The digest of the monitor as it is written there, with the group it is about where it is for each of several.
    package let monitor: SHA256Digest
    package let title: Text
    package let versionID: String
    package let version: Int
    /// What the window is, in words that sort: `rows 0`, `time 1764201600000000`, `batch NAME`.
    package let window: Text
    package let revision: Int
    package let verdict: Verdict
    /// Decimal text; `nil` where undefined.
    package let value: Text?
    package let limit: Text
    package let reason: Text
    package let rowCount: Int
    package let labelledCount: Int
    /// Segments up to this ordinal were there when it was computed.
    package let through: Int64
    package let computedMilliseconds: Int64
    /// The result with the digests of the segments it is about; JSON.
    package let detail: [UInt8]

    package init(
        modelID: String, planID: String, monitor: SHA256Digest, title: Text, versionID: String, version: Int, window: Text, revision: Int,
        verdict: Verdict, value: Text?, limit: Text, reason: Text, rowCount: Int, labelledCount: Int, through: Int64,
        computedMilliseconds: Int64, detail: [UInt8]
    ) {
        self.modelID = modelID
        self.planID = planID
        self.monitor = monitor
        self.title = title
        self.versionID = versionID
        self.version = version
        self.window = window
        self.revision = revision
        self.verdict = verdict
        self.value = value
        self.limit = limit
        self.reason = reason
        self.rowCount = rowCount
        self.labelledCount = labelledCount
        self.through = through
        self.computedMilliseconds = computedMilliseconds
        self.detail = detail
    }
}
