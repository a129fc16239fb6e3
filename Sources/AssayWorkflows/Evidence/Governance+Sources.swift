import AssayCanonical
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
    /// claim are not those of the record. The evaluator whom the row names is tried first, since trying a key takes most of the time, and
    /// an evaluator's word counts for less than the server's; then this server's keys before the other evaluators'.
    func read(_ record: EvidenceRecord, evaluators: [Evaluator]) -> (source: EvidenceSource, envelope: Envelope)? {
        let digest = SHA256Hasher.digest(of: record.envelope)
        guard let statement = statements.statement(in: record.envelope, digest: digest), statement.claim == record.claim,
            statement.envelope.subjects.contains(where: { $0.digest == record.subject })
        else { return nil }
        if let named = evaluators.first(where: { $0.keyID == record.keyID }), statements.isSigned(record.envelope, digest: digest, by: named.key) {
            return (.evaluator(named.record), statement.envelope)
        }
        if trustedKeys.contains(where: { statements.isSigned(record.envelope, digest: digest, by: $0) }) {
            return (.server, statement.envelope)
        }
        let evaluator = evaluators.first { statements.isSigned(record.envelope, digest: digest, by: $0.key) }
        return evaluator.map { (.evaluator($0.record), statement.envelope) }
    }

    /// The statement of a record that one of our keys signed; `nil` otherwise, so that a changed row is worth as much as a missing one.
    func verifiedEnvelope(_ record: EvidenceRecord) -> Envelope? { read(record, evaluators: [])?.envelope }

    /// Whoever may hand in evidence now, with their keys.
    struct Evaluator {
        let record: EvaluatorRecord
        let key: Ed25519.VerificationKey
        let keyID: String
    }

    static func present(_ evaluators: [EvaluatorRecord]) -> [Evaluator] {
        evaluators.compactMap { record in
            guard record.removedMilliseconds == nil, let key = try? Ed25519.VerificationKey(rawBytes: record.publicKey) else { return nil }
            return Evaluator(record: record, key: key, keyID: DSSEEnvelope.keyID(of: key))
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
            return Self.counting(record.claim, envelope, source, authors: authors)
        }
    }

    private static func counting(
        _ claim: SHA256Digest, _ envelope: Envelope, _ source: EvidenceSource, authors: [Text]
    ) -> GateFacts.Evidence? {
        switch source {
        case .server: return GateFacts.Evidence(claim: claim, envelope: envelope)
        case .evaluator(let evaluator):
            guard !authors.contains(Text(evaluator.userID)), envelope.provenance == .attested else { return nil }
            return GateFacts.Evidence(claim: claim, envelope: envelope, evaluator: evaluator.name)
        }
    }

    /// As ``evidence(_:of:onTablesOf:)`` for a look at many versions that decides nothing: a statement that this process has read and
    /// verified is not read again for a claim that the store lists, so what was done to its row since does not show. Where one of the
    /// claims is not in memory all the subject's statements are read.
    ///
    /// - Parameter present: the evaluators who may hand in evidence now.
    func glance(
        _ tx: any StoreSnapshot, of subject: SHA256Digest, onTablesOf version: GovernedVersion, evaluators present: [Evaluator]
    ) throws -> [GateFacts.Evidence] {
        let keys = trustedKeys + present.map(\.key)
        var counting: [GateFacts.Evidence] = []
        for claim in try tx.claims(subject: subject) {
            guard let (envelope, key) = statements.known(claim: claim, signedBy: keys),
                envelope.subjects.contains(where: { $0.digest == subject })
            else { return try evidence(tx, of: subject, onTablesOf: version) }
            let source: EvidenceSource = key < trustedKeys.count ? .server : .evaluator(present[key - trustedKeys.count].record)
            if let item = Self.counting(claim, envelope, source, authors: version.authors) { counting.append(item) }
        }
        return Self.onTables(of: version, counting)
    }

    /// Those that were computed on rows frozen with the version, as far as they say on which.
    static func onTables(of version: GovernedVersion, _ evidence: [GateFacts.Evidence]) -> [GateFacts.Evidence] {
        let tables = Set(version.tables.map(\.digest)).union(version.files.map(\.digest))
        return evidence.filter { item in
            guard let data = item.envelope.inputs.first(where: { $0.role == "data" }) else { return true }
            return tables.contains(data.digest)
        }
    }
}
