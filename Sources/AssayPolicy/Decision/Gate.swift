package import AssayTerms

/// The gate: what policies say about one change, from facts alone.
///
/// No clock, no store, no randomness: the same arguments give the same outcome, so that a recorded decision can be
/// replayed. All policies that select the change must allow it; the worst part is the outcome.
package struct Gate: Sendable {
    /// The latest published version of each policy.
    package let published: [Policy]
    package let settings: GateSettings
    package let catalogue: Catalogue
    private let digests: [Text: SHA256Digest]

    /// - Parameter digests: of published policies by their titles, where they are known already: making one writes the whole policy out.
    package init(published: [Policy], settings: GateSettings, catalogue: Catalogue, digests: [Text: SHA256Digest] = [:]) {
        self.digests = digests
        self.published = published.sorted { ($0.name, $0.version) < ($1.name, $1.version) }
        self.settings = settings
        self.catalogue = catalogue
    }

    /// The policies that gate a change, and why these.
    ///
    /// While nothing is published and nothing is required there are none. From the first published policy on, a change
    /// into a protected place that none selects meets the organisation's default. What a classified model's tier asks for by
    /// default stands beside policies that name no tier, and only one that names the tier takes its place: so a policy for
    /// everything, which is compared with what everything asked for, takes nothing from a tier.
    package func applicable(
        names: [Text], tier: Tier?, target: GateTarget
    ) -> (basis: GateOutcome.Basis, policies: [Policy]) {
        // A prohibited use is refused whether or not anything is published.
        let isStopped = tier == .prohibited && !target.isRetirement
        let isOpen = published.isEmpty && !settings.requiresPolicy && !isStopped
        if isOpen { return (.noPolicy, []) }
        let selected = published.filter {
            $0.isGate && $0.scope.selects(names: names, tier: tier == .prohibited ? nil : tier, target: target)
        }
        let fallback = settings.fallback(for: tier)
        let isProtected = fallback.scope.gates(target) || isStopped
        if !selected.isEmpty {
            let isNamed = selected.contains { policy in tier.map { policy.scope.tiers.contains($0) } ?? true }
            return (.policies, selected + (tier != nil && !isNamed && isProtected && settings.defaults != nil ? [fallback] : []))
        }
        return isProtected ? (.fallback, [fallback]) : (.notGated, [])
    }

    package func decide(_ facts: GateFacts) -> GateOutcome {
        let (basis, policies) = applicable(
            names: [facts.model] + facts.otherNames, tier: facts.tier, target: facts.target)
        guard !policies.isEmpty else {
            return GateOutcome(basis: basis, decision: .pass, parts: [], binding: nil, approvers: [])
        }
        let digests = policies.map(digest)
        let verdicts = policies.indices.map { checks(of: policies[$0], digests[$0], facts) }
        let claims = Set(verdicts.flatMap { $0.flatMap(\.claims) }).sorted()
        let dossiers = policies.indices.map { DossierJudge(policy: policies[$0], digest: digests[$0], facts: facts) }
        var binding: GateBinding?
        if case .frozen(let manifest) = facts.manifest {
            binding = GateBinding(
                logOrigin: facts.logOrigin, request: facts.request, action: facts.action, target: facts.target.text,
                model: facts.model, version: facts.version, manifest: manifest, policies: digests.sorted(),
                claims: claims, documents: documents(of: policies, facts), declared: DeclarationJudge.digest(of: policies, facts),
                waivers: Set(policies.indices.flatMap { dossiers[$0].waivers(of: verdicts[$0].map(\.reason)).values.map(\.id) }).sorted())
        }
        var approvers: Set<Text> = []
        let said = DeliberationJudge(policies: policies, facts: facts, binding: binding).reasons()
        let parts = policies.indices.map { index in
            let policy = policies[index]
            let approvals = ApprovalJudge(policy: policy, settings: settings, facts: facts, binding: binding).judge()
            approvers.formUnion(approvals.approvers)
            let dossier = dossiers[index]
            let checks = dossier.waiving(verdicts[index].map(\.reason))
            let documents = policy.documents.map { document($0, facts) }
            let reasons =
                standing(of: policy, facts) + dossier.reasons + checks + DeclarationJudge(policy: policy, facts: facts).reasons
                + ShadowJudge(policy: policy, facts: facts).reasons + ReasonTableJudge(policy: policy, facts: facts).reasons + documents
                + approvals.reasons + (index == 0 ? said : [])
            return GateOutcome.Part(
                policy: policy.name, policyVersion: policy.version, digest: digests[index],
                decision: reasons.map(\.decision).max() ?? .pass, reasons: reasons)
        }
        return GateOutcome(
            basis: basis, decision: parts.map(\.decision).max() ?? .pass, parts: parts, binding: binding,
            approvers: approvers.sorted())
    }

    /// The checks of one policy alone, without approvals and whoever it applies to: what a CI job can know.
    package func judgeChecks(of policy: Policy, _ facts: GateFacts) -> GateOutcome.Part {
        judgeChecks(of: policy, digest(of: policy), facts)
    }

    private func digest(of policy: Policy) -> SHA256Digest { digests[Text(policy.title)] ?? policy.digest }

    private func judgeChecks(
        of policy: Policy, _ digest: SHA256Digest, _ facts: GateFacts, words: ReasonWords = .all
    ) -> GateOutcome.Part {
        let reasons = checks(of: policy, digest, facts, words: words).map(\.reason) + DeclarationJudge(policy: policy, facts: facts).reasons
        return GateOutcome.Part(
            policy: policy.name, policyVersion: policy.version, digest: digest,
            decision: reasons.map(\.decision).max() ?? .pass, reasons: reasons)
    }

    /// What one policy says of a version whatever people say of it: for a policy that is not published yet.
    ///
    /// - Parameters:
    ///   - digest: of the policy.
    ///   - words: which reasons of checks have a text.
    package func preview(of policy: Policy, digest: SHA256Digest, _ facts: GateFacts, words: ReasonWords = .all) -> GateOutcome.Part {
        var part = judgeChecks(of: policy, digest, facts, words: words)
        part.reasons =
            standing(of: policy, facts) + part.reasons + ShadowJudge(policy: policy, facts: facts).reasons
            + ReasonTableJudge(policy: policy, facts: facts).reasons
        part.decision = part.reasons.map(\.decision).max() ?? .pass
        return part
    }

    private func checks(
        of policy: Policy, _ digest: SHA256Digest, _ facts: GateFacts, words: ReasonWords = .all
    ) -> [CheckJudge.Verdict] {
        guard case .frozen(let manifest) = facts.manifest, !policy.checks.isEmpty else { return [] }
        let judge = CheckJudge(policy: policy, digest: digest, facts: facts, catalogue: catalogue, subject: manifest, words: words)
        return policy.checks.map(judge.judge)
    }

    /// What approvals are bound to beside evidence: somebody who rewrites the card after it was approved has none of it approved.
    private func documents(of policies: [Policy], _ facts: GateFacts) -> [SHA256Digest] {
        Set(policies.flatMap(\.documents).compactMap { facts.documents[$0]?.digest }).sorted()
    }

    private func document(_ document: RequiredDocument, _ facts: GateFacts) -> GateReason {
        let name = document.rawValue
        guard let standing = facts.documents[document] else {
            return GateReason(
                decision: .incomplete, code: .documentIncomplete, requirement: name, text: "\(document.title) is asked for, and there is none",
                remedy: Remedy.complete(facts))
        }
        guard standing.missing.isEmpty else {
            return GateReason(
                decision: .incomplete, code: .documentIncomplete, requirement: name,
                text: "\(document.title) is asked for, and it lacks \(standing.missing.joined(separator: ", "))", remedy: Remedy.complete(facts))
        }
        return GateReason(decision: .pass, code: .met, requirement: name, text: "there is \(document.title)")
    }

    /// What must hold of the version itself before its evidence matters.
    private func standing(of policy: Policy, _ facts: GateFacts) -> [GateReason] {
        var reasons: [GateReason] = []
        if facts.tier == .prohibited, !facts.target.isRetirement {
            reasons.append(
                GateReason(
                    decision: .fail, code: .useProhibited, requirement: "tier",
                    text: "the model is classified as a prohibited use, which no evidence makes acceptable",
                    remedy: "change what the model is used for and have it classified again"))
        }
        if let doubt = facts.recordDoubt {
            reasons.append(
                GateReason(
                    decision: .incomplete, code: .recordInDoubt, requirement: "record", text: doubt, remedy: Remedy.record))
        }
        if case .unfrozen(let why) = facts.manifest {
            reasons.append(
                GateReason(
                    decision: .incomplete, code: .versionUnfrozen, requirement: "version",
                    text: "the version is not frozen, so nothing can be bound to its files: \(why)",
                    remedy: "log the model to this server (mlflow.<flavour>.log_model) and register it from there"))
        }
        if policy.separatesDuties, facts.hasAnonymousAuthor {
            reasons.append(
                GateReason(
                    decision: .incomplete, code: .authorAnonymous, requirement: "author",
                    text:
                        "the version was logged or registered by nobody named, so its author cannot be kept from approving it",
                    remedy: "a named person who answers for it runs: \(Remedy.adopt(facts))"))
        }
        return reasons
    }
}
