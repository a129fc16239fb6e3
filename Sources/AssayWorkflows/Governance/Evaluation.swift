import AssayCanonical
package import AssayJSON
package import AssayPolicy
import AssayStore
package import AssayTerms

/// One question to the gate and its answer.
package struct Evaluation: Sendable {
    package var version: GovernedVersion
    package var facts: GateFacts
    package var outcome: GateOutcome
    /// What people should know beside the reasons: jobs that failed, a table that cannot be used.
    package var notes: [String]
    /// The day from which the version has to be looked at anew if it is let in now, by its tier.
    package var revalidateBy: CalendarDate?

    package var detail: JSONValue {
        guard let tier = facts.tier, case .object(var object) = DecisionJSON.value(of: outcome, notes: notes) else {
            return DecisionJSON.value(of: outcome, notes: notes)
        }
        object["tier"] = .string(tier.rawValue)
        if outcome.decision.allows { object["revalidate_by"] = revalidateBy.map { .string($0.description) } }
        return .object(object)
    }

    /// Whether somebody's policy or default has a say at all.
    package var isGated: Bool {
        switch outcome.basis {
        case .policies, .fallback: true
        case .noPolicy, .notGated: false
        }
    }

    /// The refusal a client reads.
    package var refusal: String {
        let text = outcome.refusal(of: facts)
        return notes.isEmpty ? text : text + "\n" + notes.map { "Note: \($0)" }.joined(separator: "\n")
    }
}

extension Governance {
    /// Collects the facts and runs the pure gate. Nothing is computed here: evidence is read, not made.
    ///
    /// - Parameters:
    ///   - requestID: the open request, or the id a new one would get; approvals are read from it.
    ///   - newName: the name the model would have after a rename or copy.
    func evaluate(
        _ tx: any StoreSnapshot, _ version: GovernedVersion, action: Text, target: GateTarget, requestID: String,
        newName: Text? = nil
    ) throws -> Evaluation {
        let gate = try gateAsStored(tx)
        var facts = try facts(tx, version, action: action, target: target, requestID: requestID, newName: newName)
        if facts.recordDoubt == nil { facts.recordDoubt = try useCases.policyDifference(tx).map { "the database is not what the log says: \($0.text)" } }
        let (_, policies) = gate.applicable(
            names: [facts.model] + facts.otherNames, tier: facts.tier, target: target)
        var notes: [String] = []
        if facts.tier == nil, policies.contains(where: { !$0.scope.tiers.isEmpty }) { notes.append(Self.unclassified(version.model)) }
        if !policies.isEmpty, let manifest = version.frozenManifest {
            facts.evidence = try evidence(tx, of: manifest, onTablesOf: version)
            facts.approvals = try approvals(tx, requestID: requestID)
            facts.roleHolders = try roleHolders(tx, of: version)
            facts.deliberation = try deliberation(tx, version, action: action, requestID: requestID)
            notes += try commentNotes(tx, requestID: requestID)
            facts.dossier = try dossier(tx, of: version)
            for policy in try tx.policiesInForce() { facts.publishers[policy.name] = Text(policy.publisherID) }
            for policy in try tx.policies() { facts.publishedDigests[policy.name, default: []].insert(policy.digest) }
            let baselines = try baselines(tx, for: version, policies: policies, target: target)
            facts.set(try baselineFacts(tx, baselines, for: version))
            let demanded = Set(policies.flatMap(\.documents))
            if !demanded.isEmpty {
                // Whoever asks: approvals are bound to what the card says, and approvers read less of it than authors.
                let card = try modelCard(tx.seen(by: .whole), of: version)
                for document in demanded { facts.documents[document] = try card.standing(as: document) }
            }
            if policies.contains(where: { !$0.declared.isEmpty }) { facts.declared = try declaredFacts(tx, of: version) }
            if policies.contains(where: { $0.shadow != nil }) { facts.shadow = try shadowFacts(tx, of: version, target: target) }
            let plan = plan(for: version, policies: policies, baselines: baselines)
            notes += plan.problems
            for job in plan.jobs {
                guard let standing = try tx.job(inputs: job.inputs) else { continue }
                switch standing.state {
                case .queued, .leased: facts.jobs.append(Text(Self.address(ofJob: standing.id)))
                case .failed where job.isHidden: notes.append("the evidence job \(standing.id) of a model that is compared with failed")
                case .failed: notes.append("the evidence job \(standing.id) failed: \(standing.error ?? "no reason was kept")")
                case .done: break
                }
            }
        }
        let outcome = gate.decide(facts)
        notes += Self.objectionNotes(facts.deliberation.objections, beside: outcome)
        let today = CalendarDate(milliseconds: effects.nowMilliseconds())
        let months = facts.tier.flatMap { gate.settings.defaults?[$0].revalidationMonths }
        return Evaluation(
            version: version, facts: facts, outcome: outcome, notes: notes, revalidateBy: months.map { today.adding(months: $0) })
    }

    /// What holds of a version and a change before evidence and people are looked at.
    func facts(
        _ tx: any StoreSnapshot, _ version: GovernedVersion, action: Text, target: GateTarget, requestID: String, newName: Text? = nil
    ) throws -> GateFacts {
        var facts = GateFacts(
            logOrigin: logOrigin, request: Text(requestID), action: action,
            target: target, model: version.model, otherNames: version.otherNames + (newName.map { [$0] } ?? []),
            version: Text(String(version.version)), manifest: version.manifest, tier: try tier(tx, of: version),
            authors: version.authors,
            hasAnonymousAuthor: version.hasAnonymousAuthor, recordDoubt: useCases.recordCheck?.doubt,
            now: effects.nowMilliseconds() / 1_000)
        facts.reasonTables = Set((version.files + version.tables).filter { ReasonsDemand.isTable($0.path) }.map(\.digest))
        return facts
    }

    /// What was said and left to be done; conditions stop what enters a place, not what leaves one.
    private func deliberation(
        _ tx: any StoreSnapshot, _ version: GovernedVersion, action: Text, requestID: String
    ) throws -> GateDeliberation {
        let objections = try tx.objections(requestID: requestID).compactMap { record -> GateDeliberation.Objection? in
            guard record.withdrawnMilliseconds == nil, let binding = try? BindingJSON.binding(from: record.binding) else { return nil }
            return .init(objector: Text(record.objectorID), name: record.objectorName, reason: record.reason, binding: binding)
        }
        let open = action == Action.promote ? try conditions(tx, modelID: version.modelID).filter(\.isOverdue) : []
        return GateDeliberation(
            objections: objections,
            conditions: open.map { view in
                .init(
                    id: Text(view.condition.id), version: Text(String(view.condition.version)), text: view.condition.text,
                    dueAt: view.condition.dueMilliseconds / 1_000)
            }, delegations: try delegationsInForce(tx))
    }

    /// What the version's run says of itself now, whoever asks: approvals are bound to it. Nothing where it has none that is here and not deleted.
    func declaredFacts(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> DeclaredFacts {
        let tx = tx.seen(by: .whole)
        guard let id = try tx.modelVersion(id: version.id)?.runID, let run = try tx.run(id), run.info.stage == .active else { return DeclaredFacts() }
        func texts(_ pairs: [KeyValue]) -> [Text: Text] { Dictionary(pairs.map { ($0.key, $0.value) }) { first, _ in first } }
        return DeclaredFacts(
            tags: texts(run.tags), parameters: texts(run.params),
            metrics: Dictionary(run.metrics.map { ($0.key, $0.value) }) { first, _ in first })
    }

    static func address(ofJob id: String) -> String { "/api/assay/v1/jobs/\(id)" }

    /// Evidence about `subject` that one of our keys signed, or an evaluator who is not an author's.
    ///
    /// With `version`, only what was computed on the rows frozen with it: the same files registered again elsewhere, with
    /// other rows beside them, are judged there and not here.
    func evidence(
        _ tx: any StoreSnapshot, of subject: SHA256Digest, onTablesOf version: GovernedVersion?
    ) throws -> [GateFacts.Evidence] {
        let counting = countingEvidence(
            try tx.evidence(subject: subject), evaluators: try tx.evaluators(), authors: version?.authors ?? [])
        return version.map { Self.onTables(of: $0, counting) } ?? counting
    }

    /// Standing approvals of the request; one that cannot be read does not count.
    private func approvals(_ tx: any StoreSnapshot, requestID: String) throws -> [GateFacts.Approval] {
        try tx.approvals(requestID: requestID).compactMap { record in
            guard record.state == .standing, let binding = try? BindingJSON.binding(from: record.binding) else { return nil }
            return GateFacts.Approval(
                approver: Text(record.approverID), name: record.approverName,
                approvedAt: record.approvedMilliseconds / 1_000, expiresAt: record.expiresMilliseconds / 1_000,
                binding: binding)
        }
    }

    /// Who holds which of the roles that approve this model (or do what else `verb` says), now. A role counts if it allows that
    /// by itself, and its holder if none of their other roles denies it.
    func roleHolders(
        _ tx: any StoreSnapshot, of version: GovernedVersion, for verb: Permission = .approve
    ) throws -> [Text: Set<Text>] {
        let approving = Set(
            try (RoleDefinition.shipped + tx.roles()).filter {
                Reach(verb, in: $0.grants).admits(model: version.model, id: version.modelID)
            }.map(\.role))
        var holders: [Text: Set<Text>] = [:]
        for user in try tx.users() where !user.isDisabled
            && user.principal.reach(verb).admits(model: version.model, id: version.modelID)
        {
            for role in user.roles where approving.contains(role) {
                holders[Text(role.rawValue), default: []].insert(Text(user.id))
            }
        }
        return holders
    }
}
