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
    let subject: SHA256Digest
    private let evidence: EvidenceIndex
    /// Of what the policy's checks are compared with, each by its own files.
    let standing: [PolicyCheck.Baseline: EvidenceIndex]
    let published: Set<SHA256Digest>
    private let words: ReasonWords

    init(
        policy: Policy, digest: SHA256Digest, facts: GateFacts, catalogue: Catalogue, subject: SHA256Digest, words: ReasonWords = .all
    ) {
        self.words = words
        self.policy = policy
        self.facts = facts
        self.catalogue = catalogue
        self.subject = subject
        evidence = EvidenceIndex(facts.evidence, about: subject)
        standing = Set(policy.checks.compactMap(\.against)).reduce(into: [:]) { indexes, which in
            indexes[which] = EvidenceIndex(facts.baseline(which)?.evidence ?? [], about: nil)
        }
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
        let standing = check.against.map { baselineAnswers(check, descriptor, $0) } ?? []
        let reasons = fit.answers.map { (reason: judge(check, descriptor, $0, standing: standing), answer: $0) }
        guard let worst = reasons.max(by: { $0.reason.decision < $1.reason.decision }) else {
            return Verdict(reason: missing(check, fit.hindrance), claims: [])
        }
        // Age never makes a statement that fails go away; but some one must be young enough before the check passes.
        let isMet = worst.reason.decision == .pass
        let reason = isMet ? stale(check, fit.answers, worst.answer) ?? stale(
            check, standing.filter { $0.dataset?.digest == worst.answer.dataset?.digest }, worst.answer, ofBaseline: true) : nil
        return Verdict(reason: reason ?? worst.reason, claims: (fit.answers + standing).map(\.claim))
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
        if let short = tooFewRows(check, answer) { return short }
        if check.forEach != nil { return judgeEach(check, answer) }
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

    func decided(
        _ check: PolicyCheck, _ isMet: Bool, _ answer: EvidenceFit.Answer, baseline: Double? = nil, note: String? = nil
    ) -> GateReason {
        reason(
            check, isMet ? .pass : .fail, isMet ? .met : .limitBroken, note,
            remedy: isMet ? nil : "register a version that meets it, then: \(Remedy.promoteNext(facts))",
            answer: answer,
            baseline: baseline)
    }

    func reason(
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
            decision: decision, code: code, requirement: check.id, column: check.askedColumn, slice: check.slice, limit: check.limit.text,
            measurement: measurement, text: isTold ? ReasonText.sentence(check, measurement: measurement, note: text) : "",
            remedy: remedy)
    }
}
