import AssayTerms

/// Parts of the rows.
extension CheckJudge {
    /// That a slice has fewer rows than the check wants; `nil` where it has enough, or where there is none.
    func tooFewRows(_ check: PolicyCheck, _ answer: EvidenceFit.Answer) -> GateReason? {
        guard check.slice != nil, answer.result.rows < check.minimumGroup else { return nil }
        return reason(
            check, .incomplete, .rowsTooFew,
            "the slice has \(ReasonText.rows(answer.result.rows)) that count; at least \(check.minimumGroup) are needed",
            remedy: "evaluate on at least \(check.minimumGroup) rows of the slice, or publish a policy version with another min-group", answer: answer)
    }

    /// Each group by itself: the worst decides, and what is shown not to hold is told before what is not shown.
    func judgeEach(_ check: PolicyCheck, _ answer: EvidenceFit.Answer) -> GateReason {
        let groups = answer.result.groups.filter { $0.count > 0 }
        let column = check.forEach ?? ""
        func incomplete(_ code: GateReason.Code, _ text: String, _ remedy: String) -> GateReason {
            reason(check, .incomplete, code, text, remedy: remedy, answer: answer)
        }
        guard !groups.isEmpty else {
            return incomplete(.groupsTooFew, "no row has a value of '\(column)'", "evaluate on rows that have one")
        }
        let large = groups.filter { $0.count >= check.minimumGroup }
        let broken = large.filter { group in self.isMet(check, group) == false }
        if !broken.isEmpty {
            return decided(check, false, answer, note: "not met by \(ReasonText.list(broken.map { "'\($0.group)'" }))")
        }
        // As many rows as would be a group of their own are not left out in silence.
        let outside = answer.result.excluded.missingGroup
        if outside >= check.minimumGroup {
            return incomplete(
                .groupTooSmall,
                "\(outside) of \(ReasonText.rows(answer.result.rows + outside)) have no value of '\(column)' and are in no group",
                "evaluate on rows that have one")
        }
        // Ranges that the policy names are asked for whether rows are in them or not.
        if let ranges = check.forEach.flatMap({ NamedRanges($0)?.count }), groups.count < ranges {
            return incomplete(
                .groupTooSmall, "\(ranges - groups.count) of the \(ranges) ranges of '\(column)' have no rows",
                "evaluate on at least \(check.minimumGroup) rows of each range")
        }
        let small = groups.filter { $0.count < check.minimumGroup }
        if !small.isEmpty {
            let names = ReasonText.list(small.map { "\($0.group) \(ReasonText.rows($0.count))" })
            return incomplete(
                .groupTooSmall, "groups with fewer than \(check.minimumGroup) rows do not count: \(names)",
                "evaluate on at least \(check.minimumGroup) rows of each group, or publish a policy version with another min-group")
        }
        let open = large.filter { self.isMet(check, $0) == nil }
        guard open.isEmpty else {
            let names = ReasonText.list(open.map { "'\($0.group)'" })
            guard check.judge == .interval, open.contains(where: { $0.value?.isFinite ?? false }) else {
                return incomplete(.valueUndefined, "it has no value for \(names)", "evaluate on rows for which it is defined in each group")
            }
            return incomplete(
                .intervalMissing, "the policy judges the interval, and there is no sound one for \(names)",
                "publish a policy version with 'judge: value' for this check")
        }
        return decided(check, true, answer, note: outside > 0 ? "\(ReasonText.rows(outside)) without a value of it are in no group" : nil)
    }

    /// `nil` where the group does not say.
    private func isMet(_ check: PolicyCheck, _ group: CheckResult.Group) -> Bool? {
        guard let value = group.value, value.isFinite else { return nil }
        switch check.judge {
        case .value: return LimitTest.admits(value, check.limit)
        case .interval:
            guard let interval = group.interval, !interval.low.isNaN, !interval.high.isNaN else { return nil }
            return LimitTest.admits(interval, check.limit)
        }
    }
}
