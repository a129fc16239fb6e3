import AssayCanonical
import AssayLedgerFormat
import AssayPolicy
import AssayStore
import AssayTerms

/// Who signed what is kept.
extension Governance {
    /// Where evidence comes from.
    enum EvidenceSource: Equatable {
        /// One of this server's keys signed it.
        case server
        case evaluator(EvaluatorRecord)
    }

    /// Who signed a record that is as it should be, and what it says; `nil` if nobody whose signature counts did, or if subject or
    /// claim are not those of the record. This server's keys are tried before the evaluators'.
    func read(_ record: EvidenceRecord, evaluators: [Evaluator]) -> (source: EvidenceSource, envelope: Envelope)? {
        let digest = SHA256Hasher.digest(of: record.envelope)
        guard let statement = statements.statement(in: record.envelope, digest: digest), statement.claim == record.claim,
            statement.envelope.subjects.contains(where: { $0.digest == record.subject })
        else { return nil }
        let envelope = statement.envelope
        if trustedKeys.contains(where: { statements.isSigned(record.envelope, digest: digest, by: $0) }) {
            guard let name = envelope.evaluator else { return (.server, envelope) }
            // Signed for a workflow, and worth what its evaluator is worth.
            return evaluators.first { $0.record.name == name && $0.key == nil }.map { (.evaluator($0.record), envelope) }
        }
        guard envelope.evaluator == nil else { return nil }
        let signer = evaluators.first { evaluator in
            evaluator.key.map { statements.isSigned(record.envelope, digest: digest, by: $0) } ?? false
        }
        return signer.map { (.evaluator($0.record), envelope) }
    }

    /// The statement of a record that one of our keys signed; `nil` otherwise, so that a changed row is worth as much as a missing one.
    func verifiedEnvelope(_ record: EvidenceRecord) -> Envelope? { read(record, evaluators: [])?.envelope }

    /// When this server computed what it signed: its own clock, under its own signature, so that no row can make it younger. A time that
    /// cannot be read is the oldest.
    static func computedMilliseconds(_ envelope: Envelope) -> Int64 { LedgerTime.moment(envelope.computedAt) ?? 0 }

    /// Whoever may hand in evidence now, with their keys.
    struct Evaluator {
        let record: EvaluatorRecord
        /// `nil` for a workflow, for which this server signs.
        let key: Ed25519.VerificationKey?
    }

    static func present(_ evaluators: [EvaluatorRecord]) -> [Evaluator] {
        evaluators.compactMap { record in
            guard record.removedMilliseconds == nil else { return nil }
            guard let bytes = record.publicKey else { return Evaluator(record: record, key: nil) }
            return (try? Ed25519.VerificationKey(rawBytes: bytes)).map { Evaluator(record: record, key: $0) }
        }
    }

    /// Statements that count with who made them, and as what a policy may take them: an evaluator's word is never more
    /// than `attested`.
    func countingEvidence(
        _ records: [EvidenceRecord], evaluators: [EvaluatorRecord], authors: [Text]
    ) -> [GateFacts.Evidence] {
        let present = Self.present(evaluators)
        return records.compactMap { record in
            guard let (source, envelope) = read(record, evaluators: present) else { return nil }
            switch source {
            case .server:
                return GateFacts.Evidence(
                    claim: record.claim, envelope: envelope, recordedAt: Self.computedMilliseconds(envelope) / 1_000)
            case .evaluator(let evaluator):
                guard !authors.contains(Text(evaluator.userID)), envelope.provenance == .attested else { return nil }
                return GateFacts.Evidence(claim: record.claim, envelope: envelope, evaluator: evaluator.name,
                    recordedAt: record.recordedMilliseconds / 1_000)
            }
        }
    }
}
