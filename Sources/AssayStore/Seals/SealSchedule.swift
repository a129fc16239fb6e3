/// When a run that was changed is to be sealed: a pure rule that every driver keeps.
///
/// A run that has ended is sealed once it was quiet for a minute, one that has not after a day without a change, and any
/// after 100,000 further rows. The end itself is due at once. What a driver keeps of this is one time a run, its mark;
/// `nil` says that nothing happened since the last seal. So that logging does not pay for it, a mark is moved on only
/// when it lags: marks are set later by a slack and left alone while they are within it, and a run's rows are not counted
/// but sampled.
package enum SealSchedule {
    package static let quietMilliseconds: Int64 = 60_000
    package static let quietSlackMilliseconds: Int64 = 15_000
    package static let idleMilliseconds: Int64 = 86_400_000
    package static let idleSlackMilliseconds: Int64 = 3_600_000
    /// Rows after which a run is due whatever its state, and the most that one seal covers.
    package static let rowLimit: Int64 = 100_000
    /// A row whose place in the table is a multiple of this counts as that many rows of its run. A prime, so that runs
    /// that log in lock step are counted alike.
    package static let rowSample: Int64 = 1_021

    /// The mark of a run changed at `now`, or `nil` where the standing one is right.
    ///
    /// For a last change at t the run becomes due between t + wait and t + wait + slack.
    package static func mark(_ standing: Int64?, isEnded: Bool, now: Int64) -> Int64? {
        let wait = isEnded ? quietMilliseconds : idleMilliseconds
        let slack = isEnded ? quietSlackMilliseconds : idleSlackMilliseconds
        let due = now + wait + slack
        guard let standing else { return due }
        if standing <= now { return nil }
        // A mark far beyond comes from a run that had not ended, or from a clock that was wrong.
        return abs(due - standing) > slack ? due : nil
    }

    /// The mark of a run that ends at `now`: due at once.
    package static func markOfEnd(_ standing: Int64?, now: Int64) -> Int64? {
        standing.map { $0 <= now } ?? false ? nil : now
    }

    /// How many rows of their run the rows at `places` of the table stand for.
    package static func rows(sampledAt places: Range<Int64>) -> Int64 {
        ((places.upperBound - 1) / rowSample - (places.lowerBound - 1) / rowSample) * rowSample
    }
}
