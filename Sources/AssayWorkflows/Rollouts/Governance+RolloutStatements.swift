import AssayCanonical
package import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

/// What gateways need to let a candidate meet traffic.
extension Governance {
    /// Of another type than statements about places, so that a program that knows only those never answers by a candidate.
    package static let rolloutPredicateType = "urn:assay:rollout:v1"
    /// Short, because nothing takes it back from a gateway that is cut off; requests go to the baseline then.
    static let rolloutStatementMilliseconds: Int64 = 15 * 60 * 1_000

    /// A signed statement of a candidate's files and of what it may be used for at this step.
    ///
    /// - Returns: a DSSE envelope whose payload is an in-toto statement about the candidate's manifest.
    /// - Throws: `notFound`; `permissionDenied` for a rollout that does not run, whose baseline left its place, or whose model is classified as a
    ///   prohibited use meanwhile; `conflict` where the tables or the list of files are not what the log says.
    package func rolloutStatement(id: String) async throws -> JSONValue {
        let (rollout, version, rules) = try await store.read { tx in
            let rollout = try self.existingRollout(id, tx)
            guard try self.runningRollouts(tx).contains(where: { $0.id == id }) else {
                throw AssayError(.permissionDenied, "The rollout \(id) does not run any more, so nothing is served for it.")
            }
            let version = try self.version(tx, model: rollout.model, number: rollout.document.candidate)
            guard try self.tier(tx, of: version) != .prohibited else {
                throw AssayError(.permissionDenied, "\(version.model) is classified as a prohibited use, so there is no deployment statement: assay model classify \(version.model) --show")
            }
            try self.useCases.requireRecorded(modelID: version.modelID, name: version.model, tx)
            return (rollout, version, try self.servingRules(rollout, version, tx))
        }
        guard let manifest = version.frozenManifest, manifest == rollout.manifest else {
            throw AssayError(.conflict, "The files of version \(version.version) of \(version.model) are not those that the rollout \(id) is about.")
        }
        let files = version.files.map { FileManifest.File(path: $0.path, digest: $0.digest, size: $0.size) }
        try UseCases.requireFiles(files, manifest, version.title, "no statement is signed")
        var served = rules.json.object ?? [:]
        served["answers"] = .string(Self.answers(rollout.plan.strategy))
        let statement: JSONValue = [
            "_type": .string(EnvelopeJSON.statementType),
            "subject": [["name": .string(version.title.string), "digest": ["sha256": .string(manifest.hex)]]],
            "predicateType": .string(Self.rolloutPredicateType),
            "predicate": [
                "model": .string(version.model.string), "version": .integer(Int64(version.version)), "manifest_digest": .string(manifest.hex),
                "files": .array(version.files.map(Self.fileLine)), "tables": .array(version.tables.map(Self.fileLine)),
                "rollout": Self.predicate(of: rollout), "rules": .object(served),
                "issued_at": .string(Self.time(now)), "not_after": .string(Self.time(now + Self.rolloutStatementMilliseconds)),
            ],
        ]
        return try DSSEEnvelope(signing: statement.canonicalBytes(), with: evidenceKey).json
    }

    /// What a gateway may do with its answers.
    private static func answers(_ strategy: RolloutStrategy) -> String {
        switch strategy {
        case .batch: "jobs"
        case .shadow: "nobody"
        case .canary, .ab, .realTime: "share"
        case .flag: "whoever-asks"
        }
    }

    private static func predicate(of rollout: Rollout) -> JSONValue {
        var latency: Int?
        var label: Text?
        var tolerance = 0.0
        for watched in rollout.plan.guards {
            switch watched.kind {
            case .latency(let milliseconds): latency = milliseconds
            case .outcome(let named): label = named
            case .agreement(let allowed): tolerance = allowed
            // Of labels gateways know nothing.
            case .errors, .mistakes: break
            }
        }
        return [
            "id": .string(rollout.id), "revision": .integer(rollout.paper.record.revision), "strategy": .string(rollout.plan.strategy.rawValue),
            "step": .integer(Int64(rollout.step)), "share": .integer(Int64(rollout.share)), "salt": .string(rollout.salt),
            "targets": .array(rollout.document.targets.map { .string($0.text.string) }),
            "baseline": rollout.baseline.map { ["version": .integer($0.version), "manifest": .string($0.manifest.hex)] } ?? .null,
            "latency_ms": latency.map { .integer(Int64($0)) } ?? .null, "outcome_label": label.map { .string($0.string) } ?? .null,
            // Decimal text, so that the statement holds no fractions.
            "tolerance": .string("\(tolerance)"),
        ]
    }

    private static func fileLine(_ file: GovernedVersion.File) -> JSONValue {
        ["path": .string(file.path.string), "sha256": .string(file.digest.hex), "size": .integer(file.size)]
    }
}
