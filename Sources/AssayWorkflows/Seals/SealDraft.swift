import AssayLedgerFormat
import AssayStore
import AssayTerms

/// A run as one snapshot has it, ready to be entered as its next seal.
struct SealDraft {
    let run: RunHandle
    /// The entry of the run's newest seal in the snapshot, which the new one follows.
    let previous: String?
    /// `nil` where nothing differs from the newest seal.
    let seal: RunSeal?
    /// Whether metric rows may be left for another seal.
    let hasMore: Bool
}
