/// What sealing a run reads. Every change of a run marks it; see ``SealSchedule``.
package protocol SealSnapshot {
    /// Whether ``SealTransaction/claimRunsToSeal(at:limit:)`` would find one.
    func hasRunToSeal(at now: Int64) throws -> Bool

    /// Whether the store recorded a change of the run that no seal covers for certain.
    func isMarkedForSeal(_ run: RunHandle) throws -> Bool

    /// The run's metric rows after a place (from the first on, without one) in the order of their places; at most `limit`.
    ///
    /// - Returns: whether there may be more.
    func metricRows(of run: RunHandle, after place: Int64?, limit: Int, _ body: (MetricRow) throws -> Void) throws -> Bool

    /// All of the run's metric rows in the order of their places.
    func metricRows(of run: RunHandle, _ body: (MetricRow) throws -> Void) throws
}

package protocol SealTransaction: SealSnapshot {
    /// Takes at most `limit` runs whose time has come: half of them those that wait longest, half those whose time came
    /// last, so that neither a backlog nor what ends now is kept waiting by the other.
    ///
    /// A claim takes the mark away. A change after it marks the run anew, so a snapshot taken after the claim and the
    /// mark together miss nothing; a claim outlives the process, and ``reclaimRunsToSeal()`` gives it back.
    func claimRunsToSeal(at now: Int64, limit: Int) throws -> [RunHandle]

    /// Ends a claim.
    ///
    /// - Parameter due: when the run is to be sealed again although nothing changes; `nil` where everything was sealed.
    func releaseRunToSeal(_ run: RunHandle, due: Int64?) throws

    /// Marks every claimed run as due: for the process that just took the directory's lock, since whoever held the claims
    /// is gone.
    func reclaimRunsToSeal() throws
}
