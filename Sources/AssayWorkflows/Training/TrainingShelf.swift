import AssayPolicy
import AssayStore
import AssayTerms
import Synchronization

/// The pipelines in force, read once for each text: every broken window asks for them.
package final class TrainingShelf: Sendable {
    private let last = Mutex<(digest: SHA256Digest, rules: TrainingRules)?>(nil)

    package init() {}

    /// - Throws: `corrupt` where the stored text cannot be read.
    func rules(_ record: AppliedDocument?, catalogue: Catalogue) throws(AssayError) -> TrainingRules {
        guard let record else { return TrainingRules(pipelines: []) }
        if let known = last.withLock({ $0 }), known.digest == record.digest { return known.rules }
        guard let read = try? TrainingRulesReader.read(record.source, catalogue: catalogue) else {
            throw AssayError(.corrupt, "The stored pipelines cannot be read any more. Apply them again: assay training apply FILE.")
        }
        last.withLock { $0 = (record.digest, read) }
        return read
    }
}
