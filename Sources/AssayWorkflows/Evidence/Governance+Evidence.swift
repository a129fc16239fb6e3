import AssayCanonical
import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

extension Governance {
    /// What is known about a version's files: statements in the order of recording, and jobs.
    package struct EvidenceView: Sendable {
        package var manifest: SHA256Digest
        package var evidence: [EvidenceRecord]
        package var jobs: [EvidenceJobRecord]
    }

    package func evidence(model: Text, version number: Int) async throws -> EvidenceView {
        try await store.read { tx in
            let version = try self.version(tx, model: model, number: number)
            guard let manifest = version.frozenManifest else {
                throw AssayError(.conflict, "Version \(number) of \(model) is not frozen, so there is no evidence about it.")
            }
            return EvidenceView(
                manifest: manifest, evidence: try tx.evidence(subject: manifest), jobs: try tx.jobs(subject: manifest))
        }
    }

    /// The statements about a version's files that one of our keys signed, in the order of recording.
    package func envelopes(model: Text, version number: Int) async throws -> [Envelope] {
        try await evidence(model: model, version: number).evidence.compactMap(verifiedEnvelope)
    }

    package func job(id: String) async throws -> EvidenceJobRecord {
        try await store.read { tx in
            guard let job = try tx.job(id: id) else {
                throw AssayError(.notFound, "There is no evidence job \(id.prefix(64)).")
            }
            return job
        }
    }

    /// Puts into the queue what the policies in force ask of the version, for every place they gate.
    ///
    /// Part of registering a version, of publishing a policy and of asking the gate. A job that failed because of the
    /// machine is tried again, and so is one whose evidence does not verify; one that failed because of the files is not.
    ///
    /// - Parameter newName: the name the model is about to get, whose policies count too.
    func enqueueEvidence(_ tx: any StoreTransaction, for version: GovernedVersion, newName: Text? = nil) throws {
        guard version.frozenManifest != nil else { return }
        let gate = try gateAsStored(tx)
        let names = [version.model] + version.otherNames + (newName.map { [$0] } ?? [])
        let policies = gate.published.filter { policy in
            policy.checks.contains { !$0.id.hasPrefix(ExternalCheck.prefix) } && policy.scope.places.contains { place in
                policy.scope.selects(names: names, tier: nil, target: place)
            }
        }
        for policy in policies {
            let places = policy.scope.places.filter { policy.scope.selects(names: names, tier: nil, target: $0) }
            for place in places {
                let baselines = try baselines(tx, for: version, policies: [policy], target: place)
                for job in plan(for: version, policies: [policy], baselines: baselines).jobs { try enqueue(tx, job) }
            }
        }
    }

    private func enqueue(_ tx: any StoreTransaction, _ planned: EvidencePlan.Job) throws {
        let now = effects.nowMilliseconds()
        let job = try tx.insertJob(
            EvidenceJobRecord(
                id: effects.newID(), inputs: planned.inputs, subject: planned.specification.subject,
                model: planned.model, version: planned.version,
                specification: try planned.specification.canonicalBytes(), createdMilliseconds: now))
        switch job.state {
        case .failed where job.mayRetry: try tx.requeueJob(id: job.id, now: now)
        case .done:
            let evidence = try job.evidenceID.flatMap { try tx.evidence(id: $0) }
            // Its signature is of a key we no longer have, or of none of ours; or it is too old.
            guard let evidence, let envelope = verifiedEnvelope(evidence) else { return try tx.requeueJob(id: job.id, now: now) }
            let age = now - Self.computedMilliseconds(envelope)
            if let days = planned.freshDays, age >= Int64(days) * 86_400_000 { try tx.requeueJob(id: job.id, now: now) }
        default: break
        }
    }
}

extension PolicyScope {
    /// Every place the scope names.
    var places: [GateTarget] {
        stages.map { .stage($0) } + aliases.map { .alias($0) } + (registration ? [.registration] : []) + (retirement ? [.retirement] : [])
    }
}
