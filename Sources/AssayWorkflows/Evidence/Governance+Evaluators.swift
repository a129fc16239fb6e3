import AssayCanonical
import AssayJSON
import AssayLedgerFormat
package import AssayStore
package import AssayTerms

/// Evaluators outside of this server: who signs evidence with a key of their own, or whose CI system vouches for its runs.
extension Governance {
    /// Registers an evaluator. It counts only where a policy names it.
    ///
    /// - Parameter owner: the person who answers for it; nothing it signs counts for what they made, and a workflow hands in what
    ///   they may hand in.
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound` for an unknown owner; `alreadyExists` if name or key is or
    ///   was taken, or the workflow is; `invalidArgument` for a name that a policy cannot hold, no key, or a key of this server's own.
    package func addEvaluator(
        named name: Text, _ credential: EvaluatorRecord.Credential, ownedBy owner: Text, by actor: Principal
    ) async throws -> EvaluatorRecord {
        try UseCases.requireAdministrator(actor)
        try useCases.requireUnrestricted(actor, for: "A change of evaluators")
        try useCases.requireFreshLogin(actor, for: "A change of evaluators")
        try useCases.refuseInDoubt("An evaluator")
        guard Self.isEvaluatorName(name) else {
            throw AssayError(
                .invalidArgument, "An evaluator's name has 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or digit.")
        }
        if case .key(let bytes) = credential, trustedKeys.contains(try Ed25519.VerificationKey(rawBytes: bytes)) {
            throw AssayError(.invalidArgument, "That is this server's own key; what it signs is recomputed evidence.")
        }
        return try await store.write { tx in
            let user = try UseCases.existingUser(named: owner, tx)
            let record = EvaluatorRecord(
                id: effects.newID(), name: name, userID: user.id, credential: credential,
                addedMilliseconds: effects.nowMilliseconds())
            try tx.insertEvaluator(record)
            try self.record("evaluator.added", record, by: actor, tx)
            return record
        }
    }

    /// From now on nothing that the evaluator signed counts.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound` if none of that name stands.
    package func removeEvaluator(named name: Text, by actor: Principal) async throws {
        try UseCases.requireAdministrator(actor)
        try useCases.requireUnrestricted(actor, for: "A change of evaluators")
        try useCases.requireFreshLogin(actor, for: "A change of evaluators")
        try await store.write { tx in
            guard let record = try tx.evaluators().first(where: { $0.name == name && $0.removedMilliseconds == nil }) else {
                throw AssayError(.notFound, "There is no evaluator named '\(name)'.")
            }
            try tx.removeEvaluator(id: record.id, atMilliseconds: effects.nowMilliseconds())
            try self.record("evaluator.removed", record, by: actor, tx)
        }
    }

    /// Everyone, removed ones included, by name.
    package func evaluators() async throws -> [EvaluatorRecord] { try await store.read { try $0.evaluators() } }

    private func record(
        _ kind: String, _ evaluator: EvaluatorRecord, by actor: Principal, _ tx: any StoreTransaction
    ) throws {
        var payload: JSONObject = [
            "evaluator": .string(evaluator.id), "name": .string(evaluator.name.string), "owner": .string(evaluator.userID),
        ]
        let subject: LedgerLeaf.Subject
        switch evaluator.credential {
        case .key(let key):
            subject = .init(type: "evaluator-key", digest: SHA256Hasher.digest(of: key))
            payload["key"] = .string(Hex.encode(key))
        case .workflow(let pin):
            subject = .init(type: "evaluator-workflow", digest: try WorkflowPinJSON.digest(of: pin))
            payload["workflow"] = WorkflowPinJSON.value(of: pin)
        }
        try useCases.record(
            kind: kind, by: actor, subjects: [subject],
            topics: [LedgerTopic.evaluator(evaluator.name), LedgerTopic.user(evaluator.userID)],
            domain: LedgerTopic.evaluator(evaluator.name), payload: .object(payload), in: tx)
    }

    private static func isEvaluatorName(_ name: Text) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard let first = name.utf8.first, isPlain(first), name.utf8Count <= 64 else { return false }
        return name.utf8.allSatisfy { isPlain($0) || "._-".utf8.contains($0) }
    }
}
