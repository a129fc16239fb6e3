import AssayTerms
import Synchronization

/// What entries say of single models, kept so that the next look reads only what was added since.
///
/// Only what was committed is kept. Safe to use from several tasks; of more than ``limit`` models none is remembered for long.
final class ModelRecords: Sendable {
    /// A replay up to and with the entry of an ordinal.
    struct Read: Sendable {
        var ordinal: Int64 = 0
        var replay = GovernedReplay()
    }

    private static let limit = 4_096
    private let known = Mutex<[Text: Read]>([:])

    /// What was read of the model's entries, none beyond `ordinal`.
    func read(ofModel id: Text, upTo ordinal: Int64) -> Read {
        guard let read = known.withLock({ $0[id] }), read.ordinal <= ordinal else { return Read() }
        return read
    }

    /// Keeps the longer of two.
    func keep(_ read: Read, ofModel id: Text) {
        known.withLock { known in
            if let standing = known[id], standing.ordinal >= read.ordinal { return }
            if known.count >= Self.limit { known.removeAll() }
            known[id] = read
        }
    }
}
