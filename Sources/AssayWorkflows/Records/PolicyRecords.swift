import AssayTerms
import Synchronization

/// What entries say of policies, kept so that the next look reads only what was added since.
///
/// Whoever goes on from it first finds its last entry in front of themselves, and takes the earlier one or begins anew otherwise: a snapshot
/// may be older than the one it was read from, and a transaction may have been rolled back. Safe to use from several tasks.
final class PolicyRecords: Sendable {
    /// A replay up to and with one entry.
    struct Read: Sendable {
        var ordinal: Int64 = 0
        var entryID = ""
        /// Of policies only.
        var replay = GovernedReplay()
    }

    private let known = Mutex<(newest: Read, committed: Read)>((Read(), Read()))

    /// The longest first.
    var reads: [Read] { known.withLock { [$0.newest, $0.committed] } }

    /// - Parameter committed: up to an entry that stands whatever becomes of the transaction.
    func keep(_ newest: Read, committed: Read) { known.withLock { $0 = (newest, committed) } }
}
