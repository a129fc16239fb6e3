import AssayTerms

/// Comparisons with another version.
extension CheckJudge {
    func judgeDrop(
        _ check: PolicyCheck, _ descriptor: CheckDescriptor, _ answer: EvidenceFit.Answer, value: Double,
        amount: ExactDecimal, isRelative: Bool, standing: [EvidenceFit.Answer]
    ) -> GateReason {
        let which = check.against ?? .production
        guard let baseline = facts.baseline(which) else {
            // What was pinned was there when the policy was published.
            let passes = check.withoutBaseline == .pass && !which.isPinned
            return reason(
                check, passes ? .pass : .incomplete, passes ? .met : .baselineMissing,
                which == .production ? "no version holds the place yet" : "\(which.words) is no version that is there",
                remedy: passes
                    ? nil
                    : "publish a policy version with 'if-none: pass' for this check if "
                        + (which == .production ? "the first version may pass" : "a version may pass without that one"),
                answer: answer)
        }
        if let problem = baseline.problem {
            return reason(
                check, .incomplete, .baselineMissing, "\(which.words) \(problem)",
                remedy: "mend that, or publish a policy version that compares with another one", answer: answer)
        }
        guard which == .production || baseline.manifest != subject else {
            return reason(
                check, .incomplete, .baselineMissing, "\(which.words) is this version itself or has the same files, so it shows nothing",
                remedy: "publish a policy version that compares with another one", answer: answer)
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
            let name = which == .production ? "version \(baseline.version)" : which.words
            let lacks = "has no such value on the same rows"
            return reason(
                check, .incomplete, .baselineMissing,
                which == .production ? "\(name) holds the place and \(lacks)" : "\(name) \(lacks)",
                remedy: "evaluate \(name) on the same data set", answer: answer)
        }
        return decided(
            check, worst.isMet, answer, baseline: baseline.isShown ? worst.baseline : nil,
            note: baseline.isShown ? nil : "the values of \(which.words) are not told here")
    }

    /// The same check of the baseline, by provenance the policy accepts, on whatever rows.
    func baselineAnswers(_ check: PolicyCheck, _ descriptor: CheckDescriptor, _ which: PolicyCheck.Baseline) -> [EvidenceFit.Answer] {
        guard let evidence = standing[which] else { return [] }
        return EvidenceFit(check: check, descriptor: descriptor, policy: policyOnAnyRows, evidence: evidence, published: published).answers
    }

    /// The policy without its data set: a baseline's rows are compared by digest, whatever path they came by.
    private var policyOnAnyRows: Policy {
        var policy = policy
        policy.data?.dataset = nil
        return policy
    }
}
