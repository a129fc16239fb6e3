import AssayEvidence
import AssayPolicy
import AssayStore
import AssayTerms

/// A version that predictions are recorded of, with what somebody signed to watch of it.
struct WatchedVersion: Sendable {
    struct Monitor: Sendable {
        var planID: String
        var owner: Text
        var monitor: PolicyMonitor
        /// Of the monitor as it is written, so that another limit is another monitor.
        var digest: SHA256Digest
    }

    var version: GovernedVersion
    var monitors: [Monitor]
    var tier: Tier?
    /// Whether it holds a place at this moment.
    var isPlaced: Bool
    /// The newest segment's ordinal.
    var newest: Int64
    /// Rows that somebody was answered with.
    var answered: Int64

    /// Whether what is watched is about people, or the model is of a high tier: then an alarm is critical.
    func severity(of monitor: PolicyMonitor) -> AlertSeverity {
        let families = ["fairness.", "aif360.", "aequitas.", "ll144.", "privacy."]
        return tier == .high || families.contains { monitor.check.id.hasPrefix($0) } ? .critical : .warning
    }
}
