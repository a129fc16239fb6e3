import AssayTerms
import Synchronization

/// What this gateway has counted of one rollout since it started. Counts only grow; what is reported is all of them, so that a report
/// that is lost is made up for by the next.
final class RolloutCounter: Sendable {
    private struct State {
        var tallies: [Int: RolloutTally] = [:]
        var hasNews = false
        var sequence: Int64 = 0
        var reported = 0.0
    }

    let id: String
    /// By which the registry tells these counts from others, of other gateways and of others since this one started.
    let gateway: String
    private let state = Mutex(State())
    private let rows = Mutex(DistinctRows())
    private let jobs = Mutex<Set<SHA256Digest>?>(nil)

    /// Data sets that are told apart; of more none is counted.
    private static let jobLimit = 1 << 17

    init(id: String) {
        self.id = id
        var random = SystemRandomNumberGenerator()
        gateway = Hex.encode((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    func note(step: Int, _ edit: (inout RolloutTally) -> Void) {
        state.withLock { state in
            edit(&state.tallies[step, default: RolloutTally()])
            state.hasNews = true
        }
    }

    /// Which of the rows were not compared before, in their order; from then on they were.
    func takeRows(_ digests: [UInt64]) -> [Bool] { rows.withLock { rows in digests.map { rows.take($0) } } }

    /// Whether a data set was not counted before; from then on it was.
    ///
    /// - Parameter before: those that were counted before this gateway started, where that is known.
    func takeJob(_ digest: SHA256Digest, before: () -> [SHA256Digest]) -> Bool {
        jobs.withLock { jobs in
            var known = jobs ?? Set(before())
            defer { jobs = known }
            return known.count < Self.jobLimit && known.insert(digest).inserted
        }
    }

    var hasNews: Bool { state.withLock { $0.hasNews } }

    /// What to report, if there is news or `seconds` have gone by since the last time; it is news again after ``wasNotTaken()``.
    ///
    /// - Parameter now: seconds of a clock that only goes forward.
    func report(now: Double, atLeastEvery seconds: Double) -> (sequence: Int64, tallies: [Int: RolloutTally])? {
        state.withLock { state in
            guard state.hasNews || now - state.reported >= seconds else { return nil }
            state.sequence += 1
            state.reported = now
            state.hasNews = false
            return (state.sequence, state.tallies)
        }
    }

    /// The report did not arrive, or nobody knows whether it did.
    func wasNotTaken() { state.withLock { $0.hasNews = true } }
}
