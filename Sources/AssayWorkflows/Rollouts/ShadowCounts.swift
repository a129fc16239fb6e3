import AssayEvidence
import AssayPolicy
import AssayTerms

/// A shadow's tally as the gate looks at it.
enum ShadowCounts {
    static func facts(_ tally: RolloutTally, baseline: Text, running: Text?) -> ShadowFacts {
        func share(_ part: Int64, _ whole: Int64) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
        let candidate = tally.candidate
        return ShadowFacts(
            baseline: baseline, predictions: tally.compared, agreement: share(tally.agreed, tally.compared),
            errors: share(candidate.errors, candidate.requests), agreementInterval: RolloutJudge.interval(tally.judgedAgreed, of: tally.judged),
            errorsInterval: RolloutJudge.interval(candidate.errors, of: candidate.requests), running: running)
    }
}
