import AssayCanonical
import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

/// Retirement: a model is out of use for good, and a tombstone says what it was.
///
/// A model retires once it is drained: no version of it stands in a stage where it would be used, and none has an alias. From then
/// on nothing is registered under it and no version of it takes a place, until somebody else puts it back into use. The tombstone is
/// written down once, with a digest that its entry carries, so that what the model was can be shown when its files are gone.
extension Governance {
    package enum RetirementState {
        package static let retired: Text = "retired"
        package static let reinstated: Text = "reinstated"
    }

    /// Retires a model.
    ///
    /// - Parameters:
    ///   - rules: ids of ``RetentionRule``s that bear on it; their periods begin now.
    ///   - limits: for how long at most the organisation keeps what is personal.
    /// - Throws: `permissionDenied` without the permission to ask for places, and where a policy gates retirement and is
    ///   not met; `conflict` for one that is retired, and one in use, with the places it holds; `invalidArgument` for an unknown rule.
    package func retire(
        model name: Text, reason: Text, rules: [Text], limits: [RetentionResolver.PrivacyLimit], by principal: Principal
    ) async throws -> Paper {
        let address = try PaperAddress(model: name)
        let reason = try Self.reason(reason)
        try requireSigner(principal, .request, about: address, for: "A retirement")
        let known = try rules.map { rule throws(AssayError) in
            guard let known = RetentionRule.named(rule.string) else {
                throw AssayError(
                    .invalidArgument,
                    "There is no retention rule '\(rule.string.prefix(64))'. They are \(RetentionRule.all.map(\.id).joined(separator: ", ")).")
            }
            return known
        }
        let outcome: Result<Paper, AssayError> = try await store.write { tx in
            let model = try tx.existingModel(named: name)
            if let standing = try self.retirement(ofModel: model.id, tx) {
                throw AssayError(.conflict, "\(name) is retired since \(Self.time(standing.madeMilliseconds)).")
            }
            let places = try tx.modelVersions(ofModel: model.id).flatMap { version in
                let stage = version.stage.isActive ? ["version \(version.number) stands in \(version.stage.rawValue)"] : []
                return stage + version.aliases.map { "version \(version.number) is @\($0)" }
            }
            guard places.isEmpty else {
                throw AssayError(
                    .conflict, "\(name) is in use: \(places.joined(separator: "; ")). Take it out of these places first, and retire it then.")
            }
            let isHeld = try tx.papersInForce(modelID: model.id, manifest: nil).contains { $0.kind == .hold }
            let retention = try RetentionResolver.resolve(known, limits: limits, from: self.now, isHeld: isHeld)
            let tombstone = try self.tombstone(of: model, retention, tx)
            var leave: Leave?
            // Its newest version speaks for the model.
            if let newest = try tx.modelVersions(ofModel: model.id).last {
                switch try self.decide(tx, self.governed(tx, newest), action: Action.retire, target: .retirement, by: principal) {
                case .refused(let refusal): return .failure(refusal)
                case .allowed(let allowed): leave = allowed
                }
            } else if try self.gatesRetirement(of: model, tx) {
                throw AssayError(
                    .permissionDenied, "A policy gates the retirement of \(name), and it has no version left that could be judged. Register one, and ask again.")
            }
            var content: JSONObject = [
                "title": "retirement", "reason": .string(reason), "tombstone": tombstone,
                "tombstone_sha256": .string(SHA256Hasher.digest(of: try tombstone.canonicalBytes()).hex),
            ]
            if let leave, leave.evaluation.isGated { content["gate"] = leave.detail }
            let paper = try self.insert(
                .retirement, about: PaperSubject(modelID: model.id), state: RetirementState.retired, content, event: "made", by: principal, tx)
            if let leave { try self.finish(tx, leave, entryID: paper.record.id) }
            return .success(paper)
        }
        return try outcome.get()
    }

    private func gatesRetirement(of model: RegisteredModel, _ tx: any StoreSnapshot) throws -> Bool {
        let tier = try tx.classification(modelID: model.id)?.gateTier()
        let names = try tx.names(ofModel: model.id)
        return try gate(tx).published.contains {
            $0.scope.selects(names: names, tier: tier == .prohibited ? nil : tier, target: .retirement)
        }
    }

    /// Puts a retired model back into use: by somebody else than who retired it.
    ///
    /// - Throws: `permissionDenied` for who retired it and without the permission to approve; `conflict` for one that is in use.
    package func reinstate(model name: Text, reason: Text, by principal: Principal) async throws -> Paper {
        let address = try PaperAddress(model: name)
        let reason = try Self.reason(reason)
        try requireSigner(principal, .approve, about: address, for: "Putting a model back into use")
        return try await store.write { tx in
            guard let standing = try self.retirement(ofModel: tx.existingModel(named: name).id, tx) else {
                throw AssayError(.conflict, "\(name) is not retired.")
            }
            guard standing.makerID != principal.id else {
                throw AssayError(.permissionDenied, "\(principal.name) retired \(name); it takes a second person to put it back into use.")
            }
            let paper = try Paper(standing, tx)
            var content = paper.content
            content["reinstated_because"] = .string(reason)
            return try self.revise(
                paper, state: RetirementState.reinstated, isInForce: false, content, event: "ended", by: principal, tx)
        }
    }

    func retirement(ofModel id: String, _ tx: any StoreSnapshot) throws -> PaperRecord? {
        try tx.papersInForce(modelID: id, manifest: nil).first { $0.kind == .retirement && $0.subject.modelID == id }
    }

    /// - Throws: `conflict` for a version of a model that is retired, and for files that one has, whatever they are registered as.
    func requireInUse(_ version: ModelVersion, _ tx: any StoreSnapshot) throws {
        let papers = try tx.papersInForce(modelID: version.modelID, manifest: version.content.manifestDigest)
        guard let standing = papers.first(where: { $0.kind == .retirement }) else { return }
        throw AssayError(
            .conflict,
            "The model \(version.modelName), or one with the same files, is retired since \(Self.time(standing.madeMilliseconds)), so nothing of it takes a place. \(Self.wayBack(standing))")
    }

    private static func wayBack(_ retirement: PaperRecord) -> String {
        "Somebody else than \(retirement.makerName) may put it back into use: assay model reinstate"
    }

    /// What no policy has a say about: a retired model is not used, and one under a legal hold not deleted.
    ///
    /// - Throws: `conflict`.
    func requireLife(_ change: RegistryChange, _ tx: any StoreSnapshot) throws {
        switch change {
        case .moveToStage(let version, let stage, _):
            if stage.isActive {
                try requireInUse(version, tx)
                try requireAdmitted(version)
            }
        case .setAlias(_, let version, _):
            try requireInUse(version, tx)
            try requireAdmitted(version)
        case .register(let version, _): try requireInUse(version, tx)
        case .deleteModel(let model, _): try UseCases.requireNoHold(onModel: model.id, for: "The deletion of \(model.name)", tx)
        case .deleteVersion(let version):
            try UseCases.requireNoHold(onModel: version.modelID, for: "The deletion of version \(version.number) of \(version.modelName)", tx)
        case .deleteAlias, .renameModel: break
        }
    }

    /// What the model was: its versions with their files' digests and places, policies and papers, and for how long it is kept.
    private func tombstone(
        of model: RegisteredModel, _ retention: RetentionResolver.Result, _ tx: any StoreSnapshot
    ) throws -> JSONValue {
        func time(_ milliseconds: Int64?) -> JSONValue { milliseconds.map { .string(Self.time($0)) } ?? .null }
        let versions = try tx.modelVersions(ofModel: model.id).map { version -> JSONValue in
            let places = try tx.placements(versionID: version.id)
            let manifest = version.content.manifestDigest
            let claims = Set(try manifest.map { try tx.evidence(subject: $0).map(\.claim.hex) } ?? [])
            return [
                "version": .integer(version.number), "id": .string(version.id), "stage": .string(version.stage.rawValue),
                "manifest": manifest.map { .string($0.hex) } ?? .null, "claims": .array(claims.sorted().map { .string($0) }),
                "places": .array(
                    places.map { ["target": .string($0.target.string), "decision": .string($0.decision), "entry": .string($0.entryID)] }),
            ]
        }
        let papers = try PaperKind.allCases.map { kind -> (String, JSONValue) in
            (kind.rawValue, .array(try tx.papers(PaperQuery(kind, modelID: model.id)).map { .string($0.id) }))
        }
        return [
            "model": .string(model.name.string), "model_id": .string(model.id), "made": .string(Self.time(model.creationTime)),
            "retired": .string(Self.time(now)), "versions": .array(versions), "papers": .object(JSONObject(papers)),
            "retention": [
                "keep_until": time(retention.keepUntil), "keep_basis": .array(retention.keepBasis.map { .string($0) }),
                "personal_until": time(retention.personalUntil), "personal_basis": .array(retention.personalBasis.map { .string($0) }),
                "split": .bool(retention.isSplit), "held": .bool(retention.isHeld),
            ],
        ]
    }
}
