import AssayTerms
import Logging
import Synchronization

/// Whether the tables are what the log's entries lead to, as far as this process knows: found out at start, and again
/// until it is so. While it is not, nothing that rests on the tables' word is let through: no promotion, no approval, no
/// policy.
package final class RecordCheck: Sendable {
    private enum State {
        case pending
        case equal
        case differs([RecordComparison.Difference])
        case failed
    }

    /// Up to so many entries are compared before the server listens; more, beside it.
    package static let promptEntries = 2_000
    private static let pause = Duration.seconds(30)
    private static let namedDifferences = 5

    private let useCases: UseCases
    private let state = Mutex(State.pending)

    package init(useCases: UseCases) { self.useCases = useCases }

    /// Compares now.
    ///
    /// - Parameter entryLimit: gives up beyond so many entries and changes nothing.
    package func compare(entryLimit: Int? = nil) async {
        let found: State
        do {
            guard let comparison = try await useCases.compareRecords(entryLimit: entryLimit) else { return }
            let differences = comparison.differences.filter { !$0.isOver }
            found = differences.isEmpty ? .equal : .differs(differences)
            for difference in comparison.differences.filter(\.isOver).prefix(Self.namedDifferences) {
                useCases.logger.error(
                    "the log holds a decision that nobody could make; `assay audit verify --data-dir` says which",
                    metadata: ["object": "\(difference.object)"])
            }
        } catch is CancellationError {
            return
        } catch {
            useCases.logger.error(
                "the database cannot be compared with the log; nothing is promoted until it can",
                metadata: ["reason": "\(error)"])
            found = .failed
        }
        if case .differs(let differences) = found {
            for difference in differences.prefix(Self.namedDifferences) {
                useCases.logger.error(
                    "the database differs from the log; nothing is promoted until it does not",
                    metadata: ["object": "\(difference.object)", "of": "\(differences.count)"])
            }
        }
        state.withLock { $0 = found }
    }

    /// Compares until the tables are what the entries lead to. A difference that is put right through the server, or in the
    /// database, is found gone without a new start.
    package func run(clock: any Clock<Duration> = ContinuousClock()) async {
        while !isEqual {
            await compare()
            if isEqual { return }
            do { try await clock.sleep(for: Self.pause) } catch { return }
        }
    }

    package var isEqual: Bool {
        state.withLock {
            if case .equal = $0 { true } else { false }
        }
    }

    /// Why nothing is let through, in words for people; `nil` while there is no reason.
    var doubt: String? {
        switch state.withLock({ $0 }) {
        case .equal: return nil
        case .pending: return "the database is still being compared with the log; ask again in a moment"
        case .failed: return "the database could not be compared with the log; the server's own log says why"
        case .differs(let differences):
            let named = differences.prefix(Self.namedDifferences).map(\.text).joined(separator: "; ")
            let rest = differences.count - Self.namedDifferences
            return "the database is not what the log says: \(named)" + (rest > 0 ? "; and \(rest) more" : "")
        }
    }
}

extension UseCases {
    /// Refuses what rests on the tables' word while that is not known to be the log's.
    ///
    /// - Throws: `conflict`.
    func refuseInDoubt(_ what: String) throws(AssayError) {
        guard let doubt = recordCheck?.doubt else { return }
        throw AssayError(
            .conflict,
            "\(what) has to wait: \(doubt). Whoever runs the server lists what differs with `assay audit verify --data-dir DIR` and puts it back.")
    }
}
