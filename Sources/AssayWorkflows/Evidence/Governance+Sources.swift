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
    /// claim are not those of the record. The evaluator whom the row names is tried first, since trying a key takes most of the time, and
    /// an evaluator's word counts for less than the server's; then this server's keys before the other evaluators'.
    func read(_ record: EvidenceRecord, evaluators: [Evaluator]) -> (source: EvidenceSource, envelope: Envelope)? {
        let digest = SHA256Hasher.digest(of: record.envelope)
        guard let statement = statements.statement(in: record.envelope, digest: digest), statement.claim == record.claim,
            statement.envelope.subjects.contains(where: { $0.digest == record.subject })
        else { return nil }
        let envelope = statement.envelope
        if let named = evaluators.first(where: { $0.keyID == record.keyID }), let key = named.key, envelope.evaluator == nil,
            statements.isSigned(record.envelope, digest: digest, by: key)
        {
            return (.evaluator(named.record), envelope)
        }
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
        let keyID: String?
    }

    static func present(_ evaluators: [EvaluatorRecord]) -> [Evaluator] {
        evaluators.compactMap { record in
            guard record.removedMilliseconds == nil else { return nil }
            guard let bytes = record.publicKey else { return Evaluator(record: record, key: nil, keyID: nil) }
            return (try? Ed25519.VerificationKey(rawBytes: bytes)).map {
                Evaluator(record: record, key: $0, keyID: DSSEEnvelope.keyID(of: $0))
            }
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
            return Self.counting(record.claim, envelope, source, recordedMilliseconds: record.recordedMilliseconds, authors: authors)
        }
    }

    /// - Parameter recordedMilliseconds: when the store took it in. What an evaluator signed is as old as that, or as it says itself, whichever
    ///   is older: nobody hands in something old as new.
    private static func counting(
        _ claim: SHA256Digest, _ envelope: Envelope, _ source: EvidenceSource, recordedMilliseconds: Int64, authors: [Text]
    ) -> GateFacts.Evidence? {
        switch source {
        case .server:
            return GateFacts.Evidence(claim: claim, envelope: envelope, recordedAt: computedMilliseconds(envelope) / 1_000)
        case .evaluator(let evaluator):
            guard !authors.contains(Text(evaluator.userID)), envelope.provenance == .attested else { return nil }
            return GateFacts.Evidence(
                claim: claim, envelope: envelope, evaluator: evaluator.name, recordedAt: min(recordedMilliseconds, computedMilliseconds(envelope)) / 1_000)
        }
    }

    /// As ``evidence(_:of:onTablesOf:)`` for a look at many versions that decides nothing: a statement that this process has read and
    /// verified is not read again for a claim that the store lists, so what was done to its row since does not show. Where one of the
    /// claims is not in memory, or several people's, all the subject's statements are read.
    ///
    /// - Parameters:
    ///   - present: the evaluators who may hand in evidence now.
    ///   - isAgeAsked: whether some check asks how old evidence is, which for evaluators' the rows alone say.
    func glance(
        _ tx: any StoreSnapshot, of subject: SHA256Digest, onTablesOf version: GovernedVersion, evaluators present: [Evaluator],
        isAgeAsked: Bool
    ) throws -> [GateFacts.Evidence] {
        if isAgeAsked { return try evidence(tx, of: subject, onTablesOf: version) }
        let keyed = present.filter { $0.key != nil }
        let keys = trustedKeys + keyed.compactMap(\.key)
        var counting: [GateFacts.Evidence] = []
        let claims = try tx.claims(subject: subject)
        // Memory has one statement of a claim; of several people's the rows say which count.
        guard Set(claims).count == claims.count else { return try evidence(tx, of: subject, onTablesOf: version) }
        for claim in claims {
            guard let (envelope, key) = statements.known(claim: claim, signedBy: keys),
                envelope.subjects.contains(where: { $0.digest == subject })
            else { return try evidence(tx, of: subject, onTablesOf: version) }
            let source: EvidenceSource
            if key >= trustedKeys.count {
                guard envelope.evaluator == nil else { continue }
                source = .evaluator(keyed[key - trustedKeys.count].record)
            } else if let name = envelope.evaluator {
                guard let workflow = present.first(where: { $0.record.name == name && $0.key == nil }) else { continue }
                source = .evaluator(workflow.record)
            } else {
                source = .server
            }
            let age = Self.computedMilliseconds(envelope)
            if let item = Self.counting(claim, envelope, source, recordedMilliseconds: age, authors: version.authors) { counting.append(item) }
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
