import AssayTerms
import Synchronization

/// What entries say of policies, kept so that the next look reads only what was added since.
///
/// Whoever goes on from it first finds its last entry in front of themselves, and begins anew otherwise: a snapshot may be older than the one
/// it was read from. Safe to use from several tasks.
final class PolicyRecords: Sendable {
    /// A replay up to and with one entry.
    struct Read: Sendable {
        var ordinal: Int64 = 0
        var entryID = ""
        /// Of policies only.
        var replay = GovernedReplay()
    }

    private let known = Mutex(Read())

    var read: Read { known.withLock { $0 } }

    func keep(_ read: Read) { known.withLock { $0 = read } }
}
