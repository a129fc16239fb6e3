import AssayTerms

/// How old evidence may be.
extension CheckJudge {
    private static let secondsOfDay: Int64 = 86_400

    /// That a check which is met has no statement that is young enough; `nil` where it has, or where age does not count.
    ///
    /// - Parameter met: the answer that is told with it.
    func stale(
        _ check: PolicyCheck, _ answers: [EvidenceFit.Answer], _ met: EvidenceFit.Answer, ofBaseline: Bool = false
    ) -> GateReason? {
        guard let days = policy.freshDays(of: check), !answers.isEmpty else { return nil }
        // What was computed for this question has no age yet.
        let ages = answers.map { answer in answer.recordedAt.map { max(0, facts.now - $0) } ?? 0 }
        guard let youngest = ages.min(), youngest >= Int64(days) * Self.secondsOfDay else { return nil }
        let whose = ofBaseline ? "the evidence of \((check.against ?? .production).words)" : "the newest evidence of it"
        let text = "\(whose) is \(Self.days(youngest / Self.secondsOfDay)) old, and the policy wants some that is younger than \(Self.days(Int64(days)))"
        if let job = facts.jobs.first {
            return reason(
                check, .incomplete, .evidencePending, "\(text); it is being computed anew (\(job))",
                remedy: "wait for it: \(Remedy.promote(facts)) --wait", answer: met)
        }
        return reason(
            check, .incomplete, .evidenceStale, text, remedy: Remedy.renewEvidence(facts, met.provenance, for: check), answer: met)
    }

    private static func days(_ count: Int64) -> String { count == 1 ? "1 day" : "\(count) days" }
}
