package import AssayTerms

/// What one gateway has counted of one rollout since the gateway started, step by step. A newer report takes the place of an older one.
package struct RolloutReport: Hashable, Sendable {
    package let rolloutID: String
    /// Which start of which gateway: 32 hexadecimal digits that it drew.
    package let gateway: String
    /// Larger in each newer report.
    package let sequence: Int64
    /// The account that reports; nobody else reports for this gateway.
    package let reporterID: String
    package let reportedMilliseconds: Int64
    /// By the place of the step in the plan.
    package let tallies: [Int: RolloutTally]

    package init(
        rolloutID: String, gateway: String, sequence: Int64, reporterID: String, reportedMilliseconds: Int64, tallies: [Int: RolloutTally]
    ) {
        self.rolloutID = rolloutID
        self.gateway = gateway
        self.sequence = sequence
        self.reporterID = reporterID
        self.reportedMilliseconds = reportedMilliseconds
        self.tallies = tallies
    }
}
