package import AssayTerms

/// Judges what a monitor measured in a window, by the rules of the gate: an undefined value, fewer than two groups or a group under
/// `min-group` rows is never a pass, and here never an alarm either. What it says goes out in alerts, so it counts groups and names none.
package enum MonitorJudge {
    package enum Verdict: Hashable, Sendable {
        case kept
        /// With how many groups break it, where groups are held singly.
        case broken(note: String?)
        /// With the reason, for people.
        case incomplete(String)
    }

    package static func judge(_ monitor: PolicyMonitor, _ result: CheckResult, _ descriptor: CheckDescriptor) -> Verdict {
        let check = monitor.check
        guard let value = result.value, value.isFinite else {
            return .incomplete("it has no value: \(result.undefined ?? "it is not a finite number")")
        }
        if check.slice != nil, result.rows < check.minimumGroup {
            return .incomplete("its part of the rows has \(ReasonText.rows(result.rows)), and fewer than \(check.minimumGroup) do not count")
        }
        if check.forEach != nil { return judgeEach(check, result) }
        if descriptor.needs.contains(.sensitive) || descriptor.needs.contains(.privileged) {
            let groups = result.groups.filter { $0.count > 0 }
            guard groups.count >= 2 else { return .incomplete("it compares groups, and the rows have \(groups.count == 1 ? "one group" : "none")") }
            let small = groups.filter { $0.count < check.minimumGroup }
            guard small.isEmpty else {
                return .incomplete("\(count(small)) of \(groups.count) with fewer than the \(check.minimumGroup) rows that count")
            }
        }
        switch monitor.anytime == nil ? check.judge : .interval {
        case .value: return LimitTest.admits(value, check.limit) ? .kept : .broken(note: nil)
        case .interval:
            guard let interval = result.interval, !interval.low.isNaN, !interval.high.isNaN else {
                return .incomplete("the plan judges the interval, and this measure has no sound one")
            }
            if LimitTest.admits(interval, check.limit) { return .kept }
            // An alarm is for what is shown, so the whole interval has to be outside.
            return LimitTest.touches(interval, check.limit)
                ? .incomplete("its interval reaches over the limit; more rows would tell") : .broken(note: nil)
        }
    }

    private static func judgeEach(_ check: PolicyCheck, _ result: CheckResult) -> Verdict {
        let groups = result.groups.filter { $0.count > 0 }
        let large = groups.filter { $0.count >= check.minimumGroup }
        func isMet(_ group: CheckResult.Group) -> Bool? {
            guard let value = group.value, value.isFinite else { return nil }
            guard check.judge == .interval else { return LimitTest.admits(value, check.limit) }
            guard let interval = group.interval, !interval.low.isNaN, !interval.high.isNaN else { return nil }
            return LimitTest.admits(interval, check.limit) ? true : LimitTest.touches(interval, check.limit) ? nil : false
        }
        let broken = large.filter { isMet($0) == false }
        if !broken.isEmpty { return .broken(note: "not met by \(count(broken)) of \(large.count)") }
        guard !large.isEmpty else { return .incomplete("no group has the \(check.minimumGroup) rows that count") }
        let open = large.filter { isMet($0) == nil } + groups.filter { $0.count < check.minimumGroup }
        return open.isEmpty ? .kept : .incomplete("\(count(open)) of \(groups.count) not saying yet, for want of rows or of a value")
    }

    private static func count(_ groups: [CheckResult.Group]) -> String { groups.count == 1 ? "1 group" : "\(groups.count) groups" }

    /// The value as decimal text that is not rounded onto the limit.
    package static func text(of value: Double, _ monitor: PolicyMonitor) -> String {
        NumberText.text(value, besides: monitor.check.limit.bounds)
    }
}
