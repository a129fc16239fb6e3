import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms

extension Governance {
    /// The frozen files a job is about.
    ///
    /// - Throws: `notFound` where a file was erased since; `conflict` where the list of the model's files is not the registered one.
    func work(of job: EvidenceJobRecord) async throws -> EvidenceWork {
        let specification = try EvidenceSpecification(parsing: job.specification)
        let (model, table, reference) = try await store.read { tx in
            let model = specification.predictions == .fromModel
                ? try tx.files(FileOwner(.modelVersion, id: Text(specification.modelVersionID))) : []
            let owners: [FileOwner.Kind] = [.modelVersionRun, .modelVersion]
            func frozen(_ path: Text, _ digest: SHA256Digest) throws -> FileRecord? {
                try owners.lazy.compactMap { kind in
                    try tx.file(FileOwner(kind, id: Text(specification.tableVersionID)), path: path)
                }.first { $0.digest == digest }
            }
            if specification.predictions == .fromModel {
                let files = model.map { FileManifest.File(path: $0.path, digest: $0.digest, size: $0.size) }
                try UseCases.requireFiles(files, job.subject, Text("version \(specification.modelVersionID)"), "nothing is computed of them")
            }
            return (
                model, try frozen(specification.tablePath, specification.tableDigest),
                try specification.reference.flatMap { try frozen($0.path, $0.digest) }
            )
        }
        guard let table else {
            throw AssayError(.notFound, "the evaluation table '\(specification.tablePath)' is not there any more")
        }
        if let wanted = specification.reference, reference == nil {
            throw AssayError(.notFound, "the reference profile '\(wanted.path)' is not there any more")
        }
        return EvidenceWork(
            specification: specification, model: try model.map(workFile), table: try workFile(table),
            reference: try reference.map(workFile))
    }

    private func workFile(_ record: FileRecord) throws(AssayError) -> EvidenceWork.File {
        guard let blob = record.blob else {
            throw AssayError(.notFound, "the file '\(record.path)' has been erased")
        }
        let blobs = useCases.blobs
        return EvidenceWork.File(path: record.path, size: record.size, digest: record.digest) {
            blobs.read(blob, range: nil)
        }
    }

    /// Signs a computed statement and records it with its entry, if `lease` still holds the job.
    ///
    /// What was computed beside foreign files is not taken at its word: subject, inputs and provenance are ours, the
    /// answers must be to what was asked.
    func accept(
        _ computed: Envelope, of job: EvidenceJobRecord, _ specification: EvidenceSpecification, lease: String
    ) async throws {
        let envelope = try checked(computed, of: job, specification)
        let claim = try Claim.digest(of: envelope)
        let signed = try DSSEEnvelope(
            signing: EnvelopeJSON.statement(of: envelope).canonicalBytes(), with: evidenceKey)
        let record = EvidenceRecord(
            id: effects.newID(), subject: job.subject, claim: claim, provenance: envelope.provenance,
            envelope: signed.json.bytes(), keyID: DSSEEnvelope.keyID(of: evidenceKey.verificationKey), jobID: job.id,
            recordedMilliseconds: effects.nowMilliseconds())
        try await store.write { tx in
            let kept = try tx.insertEvidence(record)
            let isHeld = try tx.finishJob(
                id: job.id, lease: lease, state: .done, error: nil, mayRetry: false, evidenceID: kept.id,
                now: record.recordedMilliseconds)
            guard isHeld else {
                throw AssayError(.conflict, "the job was given to another worker meanwhile")
            }
            let isOld = kept.id != record.id
            let standing = isOld ? self.verifiedEnvelope(kept) : nil
            // The same answer again says no more than that it still holds, from now on.
            let isRenewed = standing.map { Self.computedMilliseconds($0) < Self.computedMilliseconds(envelope) } ?? false
            if isOld, standing == nil || isRenewed {
                try tx.resignEvidence(id: kept.id, envelope: record.envelope, keyID: record.keyID, recorded: record.recordedMilliseconds)
            }
            guard !isOld || isRenewed, let version = try tx.modelVersion(id: specification.modelVersionID) else { return }
            try self.record(
                tx, kind: "evidence.recorded", about: self.governed(tx, version), by: .server, claim: claim,
                payload: [
                    "evidence": .string(kept.id), "renewed": .bool(isRenewed), "job": .string(job.id), "claim": .string(claim.hex),
                    "provenance": .string(envelope.provenance.rawValue), "key": .string(record.keyID),
                    "table": .string(specification.tableName.string),
                    "table_digest": .string(specification.tableDigest.hex),
                    "checks": .array(envelope.results.map { .string($0.id) }),
                ])
            try self.settleAdmission(ofVersion: version.id, by: .server, tx)
        }
    }

    private func checked(
        _ computed: Envelope, of job: EvidenceJobRecord, _ specification: EvidenceSpecification
    ) throws(AssayError) -> Envelope {
        let fault = AssayError(.internalFault, "what was computed is not what was asked for")
        guard let data = computed.inputs.first(where: { $0.role == "data" }), data.digest == specification.tableDigest,
            computed.provenance == (specification.predictions == .fromModel ? .recomputed : .supplied)
        else { throw fault }
        let profile = computed.inputs.first { $0.role == "reference" }
        guard profile?.digest == specification.reference?.digest else { throw fault }
        let asked = Set(specification.checks.map { "\($0.id) \($0.definition) \($0.column ?? "")" })
        let answered = computed.results.map { "\($0.id) \($0.definition) \($0.column ?? "")" }
        guard answered.allSatisfy(asked.contains), asked.isSubset(of: answered),
            computed.results.count == specification.checks.count
        else { throw fault }
        var envelope = computed
        envelope.subjects = [Envelope.Subject(name: Text("\(job.model)/\(job.version)"), digest: job.subject)]
        envelope.inputs = [
            Envelope.Input(
                role: "data", name: specification.tableName, digest: specification.tableDigest, rows: data.rows)
        ]
        if let reference = specification.reference {
            envelope.inputs.append(
                Envelope.Input(role: "reference", name: reference.name, digest: reference.digest, rows: profile?.rows))
        }
        envelope.engineVersion = AssayVersion.current
        envelope.computedAt = Self.time(effects.nowMilliseconds())
        let columns: [(Text, Text?)] = [
            ("label", specification.label), ("prediction", specification.prediction), ("score", specification.score),
            ("weight", specification.weight), ("rows", specification.rows),
        ]
        for (name, column) in columns { envelope.parameters[name] = column.map { .text($0) } }
        return envelope
    }
}
