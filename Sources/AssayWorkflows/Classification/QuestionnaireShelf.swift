import AssayPolicy
import AssayStore
import AssayTerms
import Synchronization

/// The questionnaire in force, read once for each text: the gate asks for it with every decision.
package final class QuestionnaireShelf: Sendable {
    private let last = Mutex<Questionnaire?>(nil)

    package init() {}

    /// - Throws: `corrupt` where the stored text does not have the stored digest or cannot be read: nothing passes then.
    func questionnaire(_ record: QuestionnaireRecord) throws(AssayError) -> Questionnaire {
        if let known = last.withLock({ $0 }), known.digest == record.digest, known.name == record.name { return known }
        guard let read = try? QuestionnaireReader.read(record.source), read.digest == record.digest, read.name == record.name,
            read.version == record.version
        else {
            throw AssayError(
                .corrupt,
                "The stored questionnaire \(record.name) \(record.version) is not what was published. Restore the database; until then nothing is promoted.")
        }
        last.withLock { $0 = read }
        return read
    }
}
