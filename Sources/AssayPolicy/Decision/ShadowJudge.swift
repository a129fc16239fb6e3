import AssayTerms

/// Holds what was counted of a version beside the one in use against one policy. Pure.
struct ShadowJudge {
    let policy: Policy
    let facts: GateFacts

    /// Nothing for a change that enters no place.
    var reasons: [GateReason] {
        guard let asked = policy.shadow, facts.action == "promote" else { return [] }
        guard let counted = facts.shadow else {
            let passes = asked.withoutBaseline == .pass
            return [
                reason(
                    passes ? .pass : .incomplete, passes ? .met : .baselineMissing,
                    "no version holds \(facts.target.text), so there is none to stand in the shadow of; \(asked.predictions) shadow predictions are asked for",
                    remedy: passes ? nil : "publish a policy with 'if-none: pass' for the first version, or let it in by one without 'shadow'")
            ]
        }
        let missing = Int64(asked.predictions) - counted.predictions
        guard missing <= 0 else {
            let words = missing == 1 ? "1 is missing" : "\(missing) are missing"
            return [
                reason(
                    .incomplete, .shadowMissing,
                    "\(counted.predictions) of \(asked.predictions) shadow predictions were made beside version \(counted.baseline), which holds \(facts.target.text); \(words)",
                    limit: "min \(asked.predictions)", remedy: remedy(counted))
            ]
        }
        var reasons = [
            reason(
                .pass, .met,
                "\(counted.predictions) shadow predictions were made beside version \(counted.baseline), which holds \(facts.target.text); \(asked.predictions) are asked for",
                limit: "min \(asked.predictions)")
        ]
        if let limit = asked.agreement {
            reasons.append(judge("agreement", counted.agreement, counted.agreementInterval, limit, asked.judge, counted))
        }
        if let limit = asked.errors { reasons.append(judge("errors", counted.errors, counted.errorsInterval, limit, asked.judge, counted)) }
        return reasons
    }

    private func judge(
        _ what: Text, _ value: Double?, _ interval: Interval?, _ limit: Limit, _ judge: PolicyCheck.Judge, _ counted: ShadowFacts
    ) -> GateReason {
        guard let value else {
            return reason(.incomplete, .valueUndefined, "\(what) in the shadow: nothing was counted", column: what, limit: limit.text, remedy: remedy(counted))
        }
        var text = "\(what) in the shadow of version \(counted.baseline) is \(NumberText.text(value, besides: limit.bounds)); the limit is \(limit.text)"
        guard judge == .interval else {
            let isMet = LimitTest.admits(value, limit)
            return reason(
                isMet ? .pass : .fail, isMet ? .met : .limitBroken, text, column: what, limit: limit.text,
                remedy: isMet ? nil : Remedy.promoteNext(facts))
        }
        guard let interval else {
            return reason(.incomplete, .intervalMissing, "\(text) for the whole interval, and there is none", column: what, limit: limit.text, remedy: remedy(counted))
        }
        let ends = "\(NumberText.text(interval.low, besides: limit.bounds)) to \(NumberText.text(interval.high, besides: limit.bounds))"
        text += " for the whole interval; \(NumberText.percent(interval.level)) interval \(ends)"
        if LimitTest.admits(interval, limit) { return reason(.pass, .met, text, column: what, limit: limit.text) }
        if LimitTest.touches(interval, limit) {
            return reason(.incomplete, .rowsTooFew, "\(text), which more predictions would narrow", column: what, limit: limit.text, remedy: remedy(counted))
        }
        return reason(.fail, .limitBroken, text, column: what, limit: limit.text, remedy: Remedy.promoteNext(facts))
    }

    private func remedy(_ counted: ShadowFacts) -> String {
        if let running = counted.running { return "a shadow is running; see how far it is: assay rollout show \(running)" }
        let model = ShellText.quoted(facts.model.string)
        let version = ShellText.quoted(facts.version.string)
        return "start a shadow: assay rollout template \(model) \(version) --strategy shadow \(facts.target.option) > shadow.yaml && assay rollout start shadow.yaml"
    }

    private func reason(
        _ decision: Decision, _ code: GateReason.Code, _ text: String, column: Text? = nil, limit: String? = nil, remedy: String? = nil
    ) -> GateReason {
        GateReason(decision: decision, code: code, requirement: "shadow", column: column, limit: limit, text: text, remedy: remedy)
    }
}
