package import AssayTerms

/// What gateways counted of rollouts. Rollouts themselves are papers.
package protocol RolloutSnapshot {
    /// The newest report of a gateway; `nil` if it never reported.
    func rolloutReport(rolloutID: String, gateway: String) throws -> RolloutReport?

    /// How many gateways, each start counted, have reported.
    func rolloutReporters(rolloutID: String) throws -> Int

    /// Of all gateways together, by the place of the step.
    func rolloutTallies(rolloutID: String) throws -> [Int: RolloutTally]
}

package protocol RolloutTransaction: RolloutSnapshot {
    /// Puts a report in the place of the gateway's former one.
    ///
    /// - Throws: `conflict` unless its sequence is larger.
    func putRolloutReport(_ report: RolloutReport) throws
}
