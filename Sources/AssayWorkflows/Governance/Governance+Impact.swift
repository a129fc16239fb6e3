package import AssayPolicy
import AssayStore
package import AssayTerms

/// What publishing a policy would mean for the versions that hold places now. Nothing is kept, and nothing is taken down by a policy: it
/// speaks when something enters a place the next time.
package struct PolicyImpact: Sendable {
    /// A version in a place that the policy, or the version of it that is in force, gates.
    package struct Held: Sendable {
        package let model: Text
        package let version: Int
        package let target: GateTarget
        /// What the version in force says, without reasons; `nil` if it does not gate the place.
        package let before: GateOutcome.Part?
        /// What the new one says, approvals aside, with the reasons that do not hold; `nil` if it does not gate the place.
        package let after: GateOutcome.Part?

        /// Passes now, and would not.
        package var isNewlyUnmet: Bool { after.map { !$0.decision.allows && (before?.decision.allows ?? true) } ?? false }
    }

    package let policy: Policy
    /// The version in force that it would replace.
    package let replaces: Text?
    /// In what it asks for less; publishing it takes a second person then.
    package let loosenings: [String]
    /// By model and version.
    package let held: [Held]

    package func count(_ decision: Decision) -> Int { held.count { $0.after?.decision == decision } }
}

extension Governance {
    /// Holds a policy that is not published yet against every version in an active stage or with an alias, by the evidence there is.
    ///
    /// A check of which there is no evidence yet is `incomplete`: publishing has it computed. Approvals are left out: those of a
    /// version in its place are used up, and the next one needs its own. Shadow predictions are counted beside whatever its files were in the
    /// shadow of, since what holds the place by now is the version itself.
    ///
    /// Statements that this process has verified before are not read again, so a row that was changed since shows at the gate and not here.
    ///
    /// - Complexity: one look at each such version with its evidence.
    /// - Throws: as ``publish(_:by:)`` for the text and the right to publish.
    package func impact(of source: [UInt8], by principal: Principal) async throws -> PolicyImpact {
        guard principal.isNamed, principal.may(.publish) else {
            throw AssayError(.permissionDenied, "What a policy would change is shown to named people who may publish it (validator or compliance).")
        }
        return try await store.read { tx in
            let policy = try self.read(source, tx)
            try self.refuseUnsupported(policy, tx)
            let gate = try self.gate(tx)
            let former = gate.published.first { $0.name == policy.name }
            let standing = try tx.policy(name: policy.name, version: policy.version)
            let subjects = [former, policy].map { policy in policy.map { (policy: $0, digest: $0.digest) } }
            var held: [PolicyImpact.Held] = []
            let people = try Known(evaluators: Self.present(tx.evaluators()), programs: self.programs(tx))
            for id in try tx.versionIDsInUse(newest: 0) {
                guard let version = try tx.modelVersion(id: id) else { continue }
                held += try self.held(tx, version, gate, subjects, people)
            }
            return PolicyImpact(
                policy: policy, replaces: former?.version,
                loosenings: standing?.digest == policy.digest ? [] : gate.loosenings(publishing: policy).map(\.text),
                held: held.sorted { ($0.model, $0.version, $0.target.text) < ($1.model, $1.version, $1.target.text) })
        }
    }

    /// Accounts that are the same for every version.
    private struct Known {
        let evaluators: [Evaluator]
        let programs: Set<Text>
    }

    private func held(
        _ tx: any StoreSnapshot, _ version: ModelVersion, _ gate: Gate, _ subjects: [(policy: Policy, digest: SHA256Digest)?], _ people: Known
    ) throws -> [PolicyImpact.Held] {
        let targets = places(of: version)
        guard !targets.isEmpty else { return [] }
        let governed = try governed(tx, version, programs: people.programs)
        var evidence: [GateFacts.Evidence]?
        return try targets.compactMap { target in
            var facts = try facts(tx, governed, action: Action.promote, target: target, requestID: "")
            let names = [facts.model] + facts.otherNames
            // A prohibited use meets every policy.
            let tier = facts.tier == .prohibited ? nil : facts.tier
            let isGated = subjects.map { $0?.policy.scope.selects(names: names, tier: tier, target: target) ?? false }
            guard isGated.contains(true) else { return nil }
            if let manifest = governed.frozenManifest {
                let policies = subjects.compactMap { $0?.policy }
                if evidence == nil {
                    let isAgeAsked = policies.contains { policy in policy.checks.contains { policy.freshDays(of: $0) != nil } }
                    evidence = try glance(
                        tx, of: manifest, onTablesOf: governed, evaluators: people.evaluators, isAgeAsked: isAgeAsked)
                }
                facts.evidence = evidence ?? []
                let baselines = try baselines(tx, for: governed, policies: policies, target: target)
                facts.set(try baselineFacts(tx, baselines, for: governed))
            }
            if subjects.contains(where: { !($0?.policy.declared.isEmpty ?? true) }) { facts.declared = try declaredFacts(tx, of: governed) }
            if subjects.contains(where: { $0?.policy.shadow != nil }) { facts.shadow = try shadowsBefore(tx, of: governed) }
            // Of the version in force only the answer is told, of the new one why it would say no: nothing else is kept for a thousand models.
            let parts = zip(zip(subjects, isGated), [ReasonWords.none, .unmet]).map { item, words -> GateOutcome.Part? in
                guard item.1, let subject = item.0 else { return nil }
                var part = gate.preview(of: subject.policy, digest: subject.digest, facts, words: words)
                part.reasons = words == .none ? [] : part.reasons.filter { !$0.decision.allows }
                return part
            }
            return PolicyImpact.Held(
                model: version.modelName, version: Int(version.number), target: target, before: parts[0], after: parts[1])
        }
    }
}
