import AssayCanonical
package import AssayEvidence
import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

/// Versions that meet traffic before they take a place. A rollout is a paper about the version, whose entries are `rollout.started`,
/// `.advanced`, `.waiting`, `.promoted`, `.rolled-back` and `.stopped`, each with what was counted until then.
extension Governance {
    /// A rollout with what was counted and what follows from it now.
    package struct RolloutView: Sendable {
        package let rollout: Rollout
        /// By the place of the step.
        package let tallies: [Int: RolloutTally]
        package let findings: [RolloutFinding]
        package let move: RolloutMove
        /// The entries of the log; empty in a list.
        package let history: [HistoryEntry]
    }

    // MARK: - Reading

    /// - Returns: the newest first.
    package func rollouts(about address: PaperAddress? = nil, runningOnly: Bool = false, limit: Int? = nil) async throws -> [RolloutView] {
        try await store.read { tx in
            var query = PaperQuery(.rollout, isInForce: runningOnly ? true : nil)
            if let limit { query.limit = limit }
            if let address {
                let subject = try address.subject(tx)
                query.modelID = subject.modelID
                query.versionID = subject.versionID
            }
            return try tx.papers(query).map { try self.view(Rollout(Paper($0, tx)), [], tx) }
        }
    }

    /// - Throws: `notFound`.
    package func rollout(id: String) async throws -> RolloutView {
        let history = try await paper(id: id, .rollout).history
        return try await store.read { tx in try self.view(self.existingRollout(id, tx), history, tx) }
    }

    func view(_ rollout: Rollout, _ history: [HistoryEntry], _ tx: any StoreSnapshot) throws -> RolloutView {
        let tallies = try tx.rolloutTallies(rolloutID: rollout.id)
        let judge = RolloutJudge(rollout.plan)
        let tally = tallies[rollout.step] ?? RolloutTally()
        return RolloutView(
            rollout: rollout, tallies: tallies, findings: judge.findings(tally, step: rollout.step),
            move: judge.move(step: rollout.step, began: rollout.began, tally: tally, now: now), history: history)
    }

    func existingRollout(_ id: String, _ tx: any StoreSnapshot) throws -> Rollout { try Rollout(existingPaper(id, .rollout, tx)) }

    /// Those that gateways have to know of, by model and version: what they compare with is still where it was.
    func runningRollouts(_ tx: any StoreSnapshot) throws -> [Rollout] {
        try tx.papers(PaperQuery(.rollout, isInForce: true)).map { try Rollout(Paper($0, tx)) }
            .filter { try candidateStands($0, tx) && baselineStands($0, tx) }
            .sorted { ($0.model, $0.document.candidate, $0.id) < ($1.model, $1.document.candidate, $1.id) }
    }

    /// Whether the candidate is still there, with the files it had.
    func candidateStands(_ rollout: Rollout, _ tx: any StoreSnapshot) throws -> Bool {
        let version = try rollout.paper.record.subject.versionID.flatMap { try tx.modelVersion(id: $0) }
        return version != nil && version?.content.manifestDigest == rollout.manifest
    }

    /// Whether the baseline still holds its place by the gate's leave, with the files it had.
    func baselineStands(_ rollout: Rollout, _ tx: any StoreSnapshot) throws -> Bool {
        guard let baseline = rollout.baseline, let version = try tx.modelVersion(id: baseline.versionID) else { return false }
        return try version.content.manifestDigest == baseline.manifest && heldByLeave(version, baseline.place, tx)
    }

    /// - Parameter place: any where it is `nil`.
    private func heldByLeave(_ version: ModelVersion, _ place: Text?, _ tx: any StoreSnapshot) throws -> Bool {
        let held = Set(places(of: version).map(\.text))
        return try tx.placements(versionID: version.id).contains { placement in
            placement.manifest == version.content.manifestDigest && held.contains(placement.target) && (place == nil || place == placement.target)
        }
    }

    // MARK: - Beginning

    /// Begins a rollout.
    ///
    /// A candidate that is to answer people has to be let into each target by the gate now; the gate is asked again when it takes them.
    /// A shadow answers nobody, so it asks for a frozen version alone.
    ///
    /// - Parameter source: the document, `rollout/v1`.
    /// - Throws: `invalidArgument` with line and column for a document that is none; `permissionDenied` with the gate's reasons, for which a
    ///   request is opened, and for a prohibited use; `conflict` for a version without frozen files, a retired model, a place nobody holds,
    ///   and while another rollout of the model is
    ///   under way for one of the places.
    package func startRollout(_ source: [UInt8], by principal: Principal) async throws -> RolloutView {
        let document: RolloutDocument
        do { document = try RolloutDocument.read(source) } catch { throw error.error(file: "rollout") }
        let address = try PaperAddress(model: document.model, version: Int64(document.candidate))
        try requireSigner(principal, .request, about: address, for: "A rollout")
        let outcome: Result<RolloutView, AssayError> = try await store.write { tx in
            try self.begin(document, address, by: principal, tx)
        }
        return try outcome.get()
    }

    private func begin(
        _ document: RolloutDocument, _ address: PaperAddress, by principal: Principal, _ tx: any StoreTransaction
    ) throws -> Result<RolloutView, AssayError> {
        // The route cannot know the model before the document is read.
        try AccessGuard.current?.check(.model(document.model), tx)
        let record = try tx.existingVersion(Int64(document.candidate), ofModelNamed: document.model)
        let version = try governed(tx, record)
        guard version.frozenManifest != nil else {
            throw AssayError(
                .conflict,
                "Version \(version.version) of \(version.model) is not frozen, so nobody can say what would be served. Log the model to this server and register it from there.")
        }
        guard try tier(tx, of: version) != .prohibited else {
            throw AssayError(.permissionDenied, "\(version.model) is classified as a prohibited use, so no version of it meets traffic: assay model classify \(version.model) --show")
        }
        try useCases.requireRecorded(modelID: version.modelID, name: version.model, tx)
        try requireInUse(record, tx)
        try requireAdmitted(record)
        if document.plan.promotes { try requireRegistering(principal, version, tx) }
        let owner = document.owner ?? principal.name
        let ownerID = try person(named: owner, tx)
        let baseline = try self.baseline(of: document, candidate: record, tx)
        try requireAlone(document, modelID: version.modelID, tx)
        var leaves: [JSONValue] = []
        for target in document.plan.strategy.answersPeople ? document.targets : [] {
            switch try ask(target, for: version, by: principal, tx) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let leave): leaves.append(leave)
            }
        }
        let content: JSONObject = [
            "document": document.json, "owner": .string(owner.string), "owner_id": .string(ownerID), "step": 0,
            "step_began_ms": .integer(now), "salt": .string(Hex.encode(effects.randomBytes(16))), "baseline": baseline,
            "leave_at_start": .array(leaves),
        ]
        let paper = try insert(
            .rollout, type: Text(document.plan.strategy.rawValue), about: address.subject(tx), state: RolloutState.running, content, event: "started",
            by: principal, tx)
        return .success(try view(Rollout(paper), [], tx))
    }

    /// Asks the gate without changing a place, as a request does; what it said stands in the rollout.
    func ask(
        _ target: GateTarget, for version: GovernedVersion, by principal: Principal, _ tx: any StoreTransaction
    ) throws -> Result<JSONValue, AssayError> {
        try enqueueEvidence(tx, for: version)
        try expireRequests(tx)
        let evaluation = try evaluate(tx, version, action: Action.promote, target: target)
        var leave: JSONObject = ["target": .string(target.text.string), "basis": .string(evaluation.outcome.basis.rawValue)]
        guard evaluation.isGated else {
            // That no policy applies is believed only of the policies that were published.
            try useCases.requirePublishedPolicies(tx)
            return .success(.object(leave))
        }
        let request = try keep(tx, evaluation, by: principal)
        guard evaluation.outcome.decision.allows else { return .failure(AssayError(.permissionDenied, evaluation.refusal)) }
        leave["decision"] = .string(evaluation.outcome.decision.rawValue)
        leave["request"] = request.map { .string($0.id) }
        leave["policies"] = .array(evaluation.outcome.parts.map { ["name": .string($0.policy.string), "digest": .string($0.digest.hex)] })
        return .success(.object(leave))
    }

    /// The version that is compared with, as it is kept.
    private func baseline(of document: RolloutDocument, candidate: ModelVersion, _ tx: any StoreSnapshot) throws -> JSONValue {
        let holder: ModelVersion
        var place: Text?
        switch document.baseline {
        case .version(let number): holder = try tx.existingVersion(Int64(number), ofModelNamed: document.model)
        case .place(let target):
            place = target.text
            guard let found = try tx.modelVersions(ofModel: candidate.modelID).last(where: { places(of: $0).contains { $0.text == target.text } }) else {
                throw AssayError(.conflict, "No version of \(document.model) holds \(target.text), so there is none to compare with. Promote a first one: assay model promote.")
            }
            holder = found
        }
        guard holder.id != candidate.id else {
            throw AssayError(.conflict, "Version \(candidate.number) of \(document.model) is the candidate and what it would be compared with.")
        }
        guard try heldByLeave(holder, place, tx), let manifest = holder.content.manifestDigest else {
            throw AssayError(
                .conflict, "Version \(holder.number) of \(document.model) holds no place that the gate let it into, so no gateway serves it and nothing can be compared with it.")
        }
        return [
            "version": .integer(holder.number), "version_id": .string(holder.id), "manifest": .string(manifest.hex),
            "place": place.map { .string($0.string) } ?? .null,
        ]
    }

    private func requireAlone(_ document: RolloutDocument, modelID: String, _ tx: any StoreSnapshot) throws {
        let targets = Set(document.targets.map(\.text))
        for record in try tx.papers(PaperQuery(.rollout, modelID: modelID, isInForce: true)) {
            let other = try Rollout(Paper(record, tx))
            guard let shared = other.document.targets.first(where: { targets.contains($0.text) }) else { continue }
            throw AssayError(
                .conflict,
                "The rollout \(other.id) of version \(other.document.candidate) is under way for \(shared.text). End it first: assay rollout stop \(other.id)")
        }
    }

    /// Taking a place is a change of the registry too.
    func requireRegistering(_ principal: Principal, _ version: GovernedVersion, _ tx: any StoreSnapshot) throws {
        for verb in [Permission.request, .register] where try !tx.admits(principal.reach(verb), model: version.modelID) {
            throw AssayError(.permissionDenied, "\(principal.name) may not take places with \(version.model): it needs the permission '\(verb.rawValue)' there.")
        }
    }

    // MARK: - Ending

    /// Ends a rollout without its targets. What answered people goes back to the baseline at once.
    ///
    /// - Parameters:
    ///   - isRollback: whether the candidate is said to be worse.
    /// - Throws: `notFound`; `permissionDenied` for nobody named; `conflict` for one that has ended.
    package func endRollout(id: String, isRollback: Bool, reason: Text, by principal: Principal) async throws -> RolloutView {
        let reason = try Self.reason(reason)
        guard principal.isNamed, principal.may(.request) else {
            throw AssayError(.permissionDenied, "Ending a rollout needs a named person with the permission 'request'.")
        }
        return try await store.write { tx in
            let rollout = try self.existingRollout(id, tx)
            try Self.requireRunning(rollout)
            let ended = try self.end(rollout, isRollback ? RolloutState.rolledBack : RolloutState.stopped, reason, by: principal, tx)
            return try self.view(ended, [], tx)
        }
    }

    static func requireRunning(_ rollout: Rollout) throws(AssayError) {
        guard !rollout.isRunning else { return }
        let way = rollout.paper.record.state == RolloutState.promoted ? " To go back from there: assay model rollback \(rollout.model)." : ""
        throw AssayError(.conflict, "The rollout \(rollout.id) is \(rollout.paper.record.state) already.\(way)")
    }

    /// - Parameter change: the entry of the change that took the last target.
    func end(
        _ rollout: Rollout, _ state: Text, _ reason: String, change: String? = nil, by actor: Principal, _ tx: any StoreTransaction
    ) throws -> Rollout {
        var content = try summary(of: rollout, reason, tx)
        content["change"] = change.map { .string($0) }
        return try Rollout(revise(rollout.paper, state: state, isInForce: false, content, event: state.string, by: actor, tx))
    }

    /// The content with what was counted until now, what the guards say and why it changes.
    func summary(of rollout: Rollout, _ reason: String, _ tx: any StoreSnapshot) throws -> JSONObject {
        let tallies = try tx.rolloutTallies(rolloutID: rollout.id)
        var content = rollout.paper.content
        content["tallies"] = TallyJSON.value(tallies)
        content["findings"] = .array(RolloutJudge(rollout.plan).findings(tallies[rollout.step] ?? RolloutTally(), step: rollout.step).map { .string($0.text) })
        content["reason"] = .string(reason)
        return content
    }
}
