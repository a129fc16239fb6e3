import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayPolicy
package import AssayStore
package import AssayTerms

/// Evidence that an evaluator outside of this server signed, or that a run of its workflow handed in.
extension Governance {
    private static let attestationLimit = 1 << 20

    /// Records a signed statement about a version.
    ///
    /// What it says is taken at no more than its word: its provenance is `attested`, and whether it counts is for each
    /// policy to say. A statement for other files, other rows, another policy, by a key that is not registered or was removed,
    /// or by an evaluator whose owner made the version, is refused here and would not be counted by the gate either.
    ///
    /// The same statement a second time changes nothing and answers the record that stands. The same claim, computed later, makes that
    /// record young again: its age is counted from when the server took it in. Another evaluator's same claim is a record of its own, so
    /// that nobody keeps another's word out by saying it first.
    ///
    /// A run of a workflow has no key: it hands in the bare statement, and this server signs it as that evaluator's, with the
    /// repository, commit, run and workflow that the token names.
    ///
    /// - Parameter bytes: a DSSE envelope as JSON, whose payload is an in-toto statement with this project's predicate; of a
    ///   workflow the statement.
    /// - Throws: `permissionDenied` without the right, or for a statement that must not count; `unreadable` for other bytes;
    ///   `conflict` for a version that is not frozen.
    package func attest(
        model: Text, version number: Int, _ bytes: [UInt8], by actor: Principal
    ) async throws -> EvidenceRecord {
        guard actor.isKnown, actor.may(.runEval) else {
            throw AssayError(.permissionDenied, "Handing in evidence needs an account with the permission 'run_eval'.")
        }
        try useCases.refuseInDoubt("Evidence")
        let signed = try actor.authentication.workflow.map { try statement(bytes, of: $0) } ?? Self.envelope(bytes)
        let envelope = try EnvelopeJSON.envelope(from: try Self.parsed(signed.payload))
        try Self.requireTime(of: envelope, now: effects.nowMilliseconds())
        let claim = try Claim.digest(of: envelope)
        return try await store.write { tx in
            let version = try self.version(tx, model: model, number: number)
            let present = Self.present(try tx.evaluators())
            guard let (evaluator, keyID) = self.signer(of: signed, stating: envelope, for: actor, among: present) else {
                throw AssayError(
                    .permissionDenied, "No registered evaluator signed this statement. An administrator registers one: assay evaluator add NAME --key FILE.")
            }
            let subject = try self.subject(of: envelope, for: version, by: evaluator, tx)
            let record = EvidenceRecord(
                id: effects.newID(), subject: subject, claim: claim, provenance: envelope.provenance,
                envelope: signed.json.bytes(), keyID: keyID, jobID: nil, recordedMilliseconds: effects.nowMilliseconds(),
                signer: evaluator.publicKey == nil ? Text("workflow:\(evaluator.name)") : Text(keyID))
            let kept = try tx.insertEvidence(record)
            if kept.id == record.id {
                let key = try evaluator.publicKey.map { try Ed25519.VerificationKey(rawBytes: $0) } ?? evidenceKey.verificationKey
                statements.keep(envelope, claim: claim, in: record.envelope, signedBy: key)
            }
            if kept.id != record.id {
                let standing = self.read(kept, evaluators: present)
                // Whoever hands in an old statement again renews nothing. A row that holds anything but its signer's statement is mended.
                if let standing, standing.source == .evaluator(evaluator),
                    Self.computedMilliseconds(envelope) <= Self.computedMilliseconds(standing.envelope)
                {
                    return kept
                }
                try tx.resignEvidence(id: kept.id, envelope: record.envelope, keyID: record.keyID, recorded: record.recordedMilliseconds)
            }
            try self.record(
                tx, kind: "evidence.attested", about: version, by: actor, claim: claim,
                payload: [
                    "evidence": .string(kept.id), "claim": .string(claim.hex), "provenance": .string(envelope.provenance.rawValue),
                    "key": .string(record.keyID), "evaluator": .string(evaluator.name.string),
                    "checks": .array(envelope.results.map { .string($0.id) }),
                    "build": .object(JSONObject((envelope.build?.facts ?? []).map { ($0.name, .string($0.value.string)) })),
                ])
            try self.settleAdmission(ofVersion: version.id, by: actor, tx)
            var stored = record
            stored.id = kept.id
            return stored
        }
    }

    /// How far an evaluator's clock may be ahead.
    private static let skewMilliseconds: Int64 = 600_000

    /// A time that is none, or has not come yet, would make later statements of the same claim look older than they are.
    private static func requireTime(of envelope: Envelope, now: Int64) throws(AssayError) {
        guard let time = LedgerTime.moment(envelope.computedAt) else {
            throw AssayError(.unreadable, "The statement's 'computed_at' is no time like 2026-01-31T08:00:00Z.")
        }
        guard time <= now + skewMilliseconds else {
            throw AssayError(.invalidArgument, "The statement says that it was computed at \(envelope.computedAt), which has not come yet.")
        }
    }

    private static func envelope(_ bytes: [UInt8]) throws -> DSSEEnvelope {
        let signed: DSSEEnvelope
        do {
            signed = try DSSEEnvelope(json: try JSONValue(parsing: bytes, limits: JSONLimits(bytes: attestationLimit, depth: 8, takesDuplicates: false)))
        } catch let error as JSONError {
            throw AssayError(.unreadable, "The body is no DSSE envelope: \(error.message).", cause: error)
        }
        guard signed.payloadType == DSSEEnvelope.inTotoPayloadType else {
            throw AssayError(.unreadable, "The envelope's payload is not \(DSSEEnvelope.inTotoPayloadType).")
        }
        return signed
    }

    private static func parsed(_ statement: [UInt8]) throws -> JSONValue {
        do {
            return try JSONValue(parsing: statement, limits: JSONLimits(bytes: attestationLimit, depth: 16, takesDuplicates: false))
        } catch {
            throw AssayError(.unreadable, "The statement is no JSON text as it should be: \(error.message).", cause: error)
        }
    }

    /// What a run states, signed by this server as its evaluator's: with the build that the token names, and the image, of which
    /// tokens say nothing, in the run's own words.
    private func statement(_ bytes: [UInt8], of run: WorkflowRun) throws -> DSSEEnvelope {
        var envelope = try EnvelopeJSON.envelope(from: try Self.parsed(bytes))
        for (name, stated, known) in [
            ("commit", envelope.build?.commit, run.build.commit), ("repository", envelope.build?.repository, run.build.repository),
        ] {
            if let stated, let known, stated != known {
                throw AssayError(.permissionDenied, "The statement names the \(name) '\(stated)', and the token of its run '\(known)'.")
            }
        }
        var build = run.build
        build.image = envelope.build?.image
        envelope.build = build
        envelope.evaluator = run.evaluator
        return try DSSEEnvelope(signing: EnvelopeJSON.statement(of: envelope).canonicalBytes(), with: evidenceKey)
    }

    /// Whose word a statement is, and which key is under it. A run speaks for its own evaluator, and a statement that says by
    /// itself for whom it was signed is nobody's who has a key.
    private func signer(
        of signed: DSSEEnvelope, stating envelope: Envelope, for actor: Principal, among present: [Evaluator]
    ) -> (EvaluatorRecord, keyID: String)? {
        if let run = actor.authentication.workflow {
            let evaluator = present.first { $0.record.name == run.evaluator && $0.key == nil && $0.record.userID == actor.id }
            return evaluator.map { ($0.record, DSSEEnvelope.keyID(of: evidenceKey.verificationKey)) }
        }
        guard envelope.evaluator == nil else { return nil }
        for evaluator in present {
            guard let key = evaluator.key, signed.isSigned(by: key) else { continue }
            return (evaluator.record, DSSEEnvelope.keyID(of: key))
        }
        return nil
    }

    /// The version's manifest, if the statement is about it and may be made by the evaluator.
    private func subject(
        of envelope: Envelope, for version: GovernedVersion, by evaluator: EvaluatorRecord, _ tx: any StoreSnapshot
    ) throws -> SHA256Digest {
        func refusal(_ why: String) -> AssayError { AssayError(.permissionDenied, "The statement does not count for \(version.title): \(why).") }
        guard let manifest = version.frozenManifest else {
            throw AssayError(.conflict, "\(version.title) is not frozen, so there can be no evidence about it.")
        }
        guard envelope.subjects.map(\.digest) == [manifest] else {
            throw refusal("it is about other files than this version's, whose manifest is \(manifest.hex)")
        }
        guard envelope.provenance == .attested else {
            throw refusal("its provenance is '\(envelope.provenance.rawValue)', and what an evaluator signs is 'attested'")
        }
        guard !version.authors.contains(Text(evaluator.userID)) else {
            throw refusal("whoever answers for the evaluator '\(evaluator.name)' made it")
        }
        let rows = Set(version.tables.map(\.digest)).union(version.files.map(\.digest))
        guard let data = envelope.inputs.first(where: { $0.role == "data" }), rows.contains(data.digest) else {
            throw refusal("it was computed on rows that are not frozen with the version")
        }
        let published = Set(try tx.policies().map(\.digest))
        guard envelope.inputs.allSatisfy({ $0.role != "policy" || published.contains($0.digest) }) else {
            throw refusal("it was made for a policy that is not published here")
        }
        return manifest
    }
}
