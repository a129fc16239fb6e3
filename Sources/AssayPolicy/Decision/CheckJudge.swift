import AssayTerms

/// Holds one check of a policy against the evidence. Pure; the answer is `pass` only where a value was measured as the
/// policy asks and keeps to the limit.
struct CheckJudge {
    struct Verdict {
        var reason: GateReason
        /// The claims that were read, whichever way they went.
        var claims: [SHA256Digest]
    }

    let policy: Policy
    let facts: GateFacts
    let catalogue: Catalogue
    private let evidence: EvidenceIndex
    /// Of the version that holds the place, by its own files.
    private let standing: EvidenceIndex
    private let published: Set<SHA256Digest>
    private let words: ReasonWords

    init(
        policy: Policy, digest: SHA256Digest, facts: GateFacts, catalogue: Catalogue, subject: SHA256Digest, words: ReasonWords = .all
    ) {
        self.words = words
        self.policy = policy
        self.facts = facts
        self.catalogue = catalogue
        evidence = EvidenceIndex(facts.evidence, about: subject)
        standing = EvidenceIndex(facts.baseline?.evidence ?? [], about: nil)
        published = (facts.publishedDigests[policy.name] ?? []).union([digest])
    }

    func judge(_ check: PolicyCheck) -> Verdict {
        guard let descriptor = catalogue[check.id] else {
            return Verdict(
                reason: reason(
                    check, .incomplete, .evidenceMissing, "this server has no check of that name",
                    remedy: "publish a version of \(policy.name) without it, or upgrade the server"), claims: [])
        }
        let fit = EvidenceFit(
            check: check, descriptor: descriptor, policy: policy, evidence: evidence, published: published)
        let standing = check.against == nil ? [] : baselineAnswers(check, descriptor)
        let reasons = fit.answers.map { judge(check, descriptor, $0, standing: standing) }
        guard let worst = reasons.max(by: { $0.decision < $1.decision }) else {
            return Verdict(reason: missing(check, fit.hindrance), claims: [])
        }
        return Verdict(reason: worst, claims: (fit.answers + standing).map(\.claim))
    }

    private func missing(_ check: PolicyCheck, _ hindrance: (code: GateReason.Code, text: String)?) -> GateReason {
        if let job = facts.jobs.first {
            return reason(
                check, .incomplete, .evidencePending, "its evidence is being computed (\(job))",
                remedy: "wait for it: \(Remedy.promote(facts)) --wait")
        }
        let text = hindrance?.text ?? "there is no evidence of it for this version"
        return reason(
            check, .incomplete, hindrance?.code ?? .evidenceMissing, text,
            remedy: Remedy.computeEvidence(facts, policy: policy, for: check))
    }

    private func judge(
        _ check: PolicyCheck, _ descriptor: CheckDescriptor, _ answer: EvidenceFit.Answer,
        standing: [EvidenceFit.Answer]
    ) -> GateReason {
        let result = answer.result
        func incomplete(_ code: GateReason.Code, _ text: String, _ remedy: String) -> GateReason {
            reason(check, .incomplete, code, text, remedy: remedy, answer: answer)
        }
        guard let value = result.value, value.isFinite else {
            return incomplete(
                .valueUndefined, "it has no value: \(result.undefined ?? "it is not a finite number")",
                "evaluate on rows for which it is defined")
        }
        if descriptor.needs.contains(.sensitive) {
            let groups = result.groups.filter { $0.count > 0 }
            guard groups.count >= 2 else {
                return incomplete(
                    .groupsTooFew, "it compares groups, and the rows have \(groups.count == 1 ? "one group" : "none")",
                    "evaluate on rows of at least two groups")
            }
            let small = groups.filter { $0.count < check.minimumGroup }
            if !small.isEmpty {
                let names = ReasonText.list(small.map { "\($0.group) \(ReasonText.rows($0.count))" })
                return incomplete(
                    .groupTooSmall, "groups with fewer than \(check.minimumGroup) rows do not count: \(names)",
                    "evaluate on at least \(check.minimumGroup) rows of each group, or publish a policy version with another min-group"
                )
            }
        }
        if case .drop(let amount, _, let isRelative) = check.limit.shape {
            return judgeDrop(
                check, descriptor, answer, value: value, amount: amount, isRelative: isRelative, standing: standing)
        }
        switch check.judge {
        case .value:
            let isMet = LimitTest.admits(value, check.limit)
            return decided(check, isMet, answer)
        case .interval:
            guard let interval = result.interval, !interval.low.isNaN, !interval.high.isNaN else {
                return incomplete(
                    .intervalMissing, "the policy judges the interval, and this measure has no sound one",
                    "publish a policy version with 'judge: value' for this check")
            }
            if LimitTest.admits(interval, check.limit) { return decided(check, true, answer) }
            if LimitTest.touches(interval, check.limit),
                let rows = RowsNeeded.estimate(result, descriptor: descriptor, limit: check.limit)
            {
                return incomplete(
                    .rowsTooFew,
                    "even equal groups could not show \(check.limit.text) with \(ReasonText.rows(result.rows)); at least about \(rows) are needed at these shares of groups",
                    "evaluate on at least \(rows) rows")
            }
            return decided(check, false, answer)
        }
    }

    private func judgeDrop(
        _ check: PolicyCheck, _ descriptor: CheckDescriptor, _ answer: EvidenceFit.Answer, value: Double,
        amount: ExactDecimal, isRelative: Bool, standing: [EvidenceFit.Answer]
    ) -> GateReason {
        guard let baseline = facts.baseline else {
            let passes = check.withoutBaseline == .pass
            return reason(
                check, passes ? .pass : .incomplete, passes ? .met : .baselineMissing, "no version holds the place yet",
                remedy: passes
                    ? nil
                    : "publish a policy version with 'if-none: pass' for this check if the first version may pass",
                answer: answer)
        }
        let drops = standing.compactMap { other -> (baseline: Double, isMet: Bool, drop: ExactDecimal)? in
            guard let dataset = answer.dataset, other.dataset?.digest == dataset.digest,
                let before = other.result.value,
                let now = LimitTest.badness(value, descriptor.direction),
                let then = LimitTest.badness(before, descriptor.direction)
            else { return nil }
            let hundredth = ExactDecimal("0.01") ?? .zero
            let allowed = isRelative ? amount * hundredth * then.magnitude : amount
            return (before, now - then <= allowed, now - then)
        }
        guard let worst = drops.max(by: { $0.drop < $1.drop }) else {
            return reason(
                check, .incomplete, .baselineMissing,
                "version \(baseline.version) holds the place and has no such value on the same rows",
                remedy: "evaluate version \(baseline.version) on the same data set", answer: answer)
        }
        return decided(check, worst.isMet, answer, baseline: worst.baseline)
    }

    /// The same check of the version that holds the place, by provenance the policy accepts, on whatever rows.
    private func baselineAnswers(_ check: PolicyCheck, _ descriptor: CheckDescriptor) -> [EvidenceFit.Answer] {
        EvidenceFit(check: check, descriptor: descriptor, policy: policyOnAnyRows, evidence: standing, published: published).answers
    }

    /// The policy without its data set: a baseline's rows are compared by digest, whatever path they came by.
    private var policyOnAnyRows: Policy {
        var policy = policy
        policy.data?.dataset = nil
        return policy
    }

    private func decided(
        _ check: PolicyCheck, _ isMet: Bool, _ answer: EvidenceFit.Answer, baseline: Double? = nil
    ) -> GateReason {
        reason(
            check, isMet ? .pass : .fail, isMet ? .met : .limitBroken, nil,
            remedy: isMet ? nil : "register a version that meets it, then: \(Remedy.promoteNext(facts))",
            answer: answer,
            baseline: baseline)
    }

    private func reason(
        _ check: PolicyCheck, _ decision: Decision, _ code: GateReason.Code, _ text: String?, remedy: String?,
        answer: EvidenceFit.Answer? = nil, baseline: Double? = nil
    ) -> GateReason {
        let measurement = answer.map { answer in
            let isPinned = if case .pinned = policy.data?.dataset { true } else { false }
            return GateReason.Measurement(
                result: answer.result, provenance: answer.provenance, claim: answer.claim, dataset: answer.dataset,
                isDatasetPinned: isPinned, baseline: baseline)
        }
        let isTold =
            switch words {
            case .all: true
            case .unmet: !decision.allows
            case .none: false
            }
        return GateReason(
            decision: decision, code: code, requirement: check.id, column: check.column, limit: check.limit.text,
            measurement: measurement, text: isTold ? ReasonText.sentence(check, measurement: measurement, note: text) : "",
            remedy: remedy)
    }
}
