import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayPolicy
package import AssayStore
package import AssayTerms

/// The pipelines of an organisation, kept as versions.
extension Governance {
    func trainingRules(_ tx: any StoreSnapshot) throws -> TrainingRules {
        try useCases.trainingShelf.rules(tx.trainingRulesInForce(), catalogue: catalogue)
    }

    /// `nil` while none were applied.
    package func trainingDocument() async throws -> AppliedDocument? {
        try await store.read { try $0.trainingRulesInForce() }
    }

    /// Puts pipelines into force. What is queued of a pipeline that is gone fails; what runs goes on. The same text again changes nothing.
    ///
    /// - Parameter source: the file, UTF-8.
    /// - Returns: the version in force, and whether it is new.
    /// - Throws: `permissionDenied` unless `actor` is a person; `invalidArgument` listing every problem with line and column, and for
    ///   addresses that requests may not go to and places that secrets may not be read at.
    package func applyTraining(_ source: [UInt8], by actor: Principal) async throws -> (rules: AppliedDocument, isNew: Bool) {
        guard actor.isNamed else { throw AssayError(.permissionDenied, "Pipelines are put into force by a named person.") }
        let rules: TrainingRules
        do {
            rules = try TrainingRulesReader.read(source, catalogue: catalogue)
        } catch {
            throw error.error(file: "training")
        }
        for pipeline in rules.pipelines {
            do {
                for secret in [pipeline.start.secret].compactMap({ $0 }) + pipeline.triggers.commits.compactMap(\.secret) {
                    try await useCases.secrets.check(secret)
                }
                if let url = pipeline.start.address { try await useCases.outgoing.check(url) }
            } catch let error as AssayError {
                throw AssayError(error.code, "The pipeline '\(pipeline.name)': \(error.message)", cause: error)
            }
        }
        return try await store.write { tx in
            let standing = try tx.trainingRulesInForce()
            let digest = SHA256Hasher.digest(of: source)
            if let standing, standing.digest == digest { return (standing, false) }
            let record = AppliedDocument(
                number: (standing?.number ?? 0) + 1, digest: digest, source: source, authorID: actor.id, appliedMilliseconds: self.now)
            try tx.insertTrainingRules(record)
            try self.useCases.record(
                kind: "training.rules-applied", by: actor, subjects: [.init(type: "training-rules", digest: digest)],
                topics: ["training"], domain: "training",
                payload: [
                    "number": .integer(record.number), "digest": .string(digest.hex), "text": .string(String(decoding: source, as: UTF8.self)),
                ], in: tx)
            return (record, true)
        }
    }
}
