import AssayCanonical
import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

/// Evidence that an evaluator outside of this server signed.
extension Governance {
    private static let attestationLimit = 1 << 20

    /// Records a signed statement about a version.
    ///
    /// What it says is taken at no more than its word: its provenance is `attested`, and whether it counts is for each
    /// policy to say. A statement for other files, other rows, another policy, by a key that is not registered or was removed,
    /// or by an evaluator whose owner made the version, is refused here and would not be counted by the gate either.
    ///
    /// The same statement a second time changes nothing and answers the record that stands.
    ///
    /// - Parameter bytes: a DSSE envelope as JSON, whose payload is an in-toto statement with this project's predicate.
    /// - Throws: `permissionDenied` without the right, or for a statement that must not count; `unreadable` for other bytes;
    ///   `conflict` for a version that is not frozen, or if another evaluator made the same claim.
    package func attest(
        model: Text, version number: Int, _ bytes: [UInt8], by actor: Principal
    ) async throws -> EvidenceRecord {
        guard actor.isKnown, actor.may(.runEval) else {
            throw AssayError(.permissionDenied, "Handing in evidence needs an account with the permission 'run_eval'.")
        }
        try useCases.refuseInDoubt("Evidence")
        let signed = try Self.envelope(bytes)
        let statement: JSONValue
        do {
            statement = try JSONValue(parsing: signed.payload, limits: JSONLimits(bytes: Self.attestationLimit, depth: 16, takesDuplicates: false))
        } catch {
            throw AssayError(.unreadable, "The signed statement is no JSON text as it should be: \(error.message).", cause: error)
        }
        let envelope = try EnvelopeJSON.envelope(from: statement)
        let claim = try Claim.digest(of: envelope)
        return try await store.write { tx in
            let version = try self.version(tx, model: model, number: number)
            guard let evaluator = Self.signer(of: signed, among: try tx.evaluators()) else {
                throw AssayError(
                    .permissionDenied, "No registered evaluator signed this statement. An administrator registers one: assay evaluator add NAME --key FILE.")
            }
            let subject = try self.subject(of: envelope, for: version, by: evaluator, tx)
            let record = EvidenceRecord(
                id: effects.newID(), subject: subject, claim: claim, provenance: envelope.provenance,
                envelope: signed.json.bytes(), keyID: DSSEEnvelope.keyID(of: try Ed25519.VerificationKey(rawBytes: evaluator.publicKey)),
                jobID: nil, recordedMilliseconds: effects.nowMilliseconds())
            let kept = try tx.insertEvidence(record)
            if kept.id == record.id {
                statements.keep(envelope, claim: claim, in: record.envelope, signedBy: try Ed25519.VerificationKey(rawBytes: evaluator.publicKey))
            }
            if kept.id != record.id {
                if kept.keyID == record.keyID { return kept }
                guard try self.read(kept, evaluators: Self.present(tx.evaluators())) == nil else {
                    throw AssayError(.conflict, "Another evaluator has made the same claim about these files; it stands as evidence \(kept.id).")
                }
                // Whoever signed the kept one counts no more.
                try tx.resignEvidence(id: kept.id, envelope: record.envelope, keyID: record.keyID)
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

    private static func signer(of signed: DSSEEnvelope, among evaluators: [EvaluatorRecord]) -> EvaluatorRecord? {
        present(evaluators).first { signed.isSigned(by: $0.key) }?.record
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
