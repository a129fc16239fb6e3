import AssayPolicy
import AssayStore
import AssayTerms
import Synchronization

/// The alert rules in force, read once for each text: every signal asks for them.
package final class AlertRulesShelf: Sendable {
    private let last = Mutex<(digest: SHA256Digest, rules: AlertRules)?>(nil)

    package init() {}

    /// - Throws: `corrupt` where the stored text cannot be read.
    func rules(_ record: AppliedDocument?) throws(AssayError) -> AlertRules {
        guard let record else { return AlertRules(receivers: [], routes: []) }
        if let known = last.withLock({ $0 }), known.digest == record.digest { return known.rules }
        guard let read = try? AlertRulesReader.read(record.source) else {
            throw AssayError(.corrupt, "The stored alert rules cannot be read any more. Apply them again: assay alert apply FILE.")
        }
        last.withLock { $0 = (record.digest, read) }
        return read
    }
}
