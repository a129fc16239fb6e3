import AssayTerms

extension PolicyWords {
    var monitoringInGeneral: [String] {
        guard !policy.monitoring.isEmpty else { return ["It asks for no monitoring plan."] }
        return [
            "A signed record of the type '\(MonitoringPlan.recordType)' has to be in force that plans each of these, with these limits or narrower ones. "
                + "As long as one is not planned the answer is 'incomplete'. It is the plan that is asked for: nothing is watched by the gate."
        ]
    }

    func item(_ monitor: PolicyMonitor) -> PolicyExplanation.Item {
        let check = monitor.check
        let window =
            switch monitor.window {
            case .rows(let count): "each \(PhraseText.counted(count, "row", "rows")) that are scored"
            case .hours(let count): "what is scored in \(PhraseText.counted(count, "hour", "hours"))"
            case .days(let count): "what is scored in \(PhraseText.counted(count, "day", "days"))"
            case .batch: "each batch that is scored"
            }
        var sentences = item(check).sentences.filter { !$0.hasPrefix("It is incomplete where") }
        sentences.append("It is looked at over \(window), or less.")
        if let anytime = monitor.anytime {
            sentences.append(
                "All traffic of a version is judged together: that it does not hold has to be shown, and is shown falsely with a chance of at most \(anytime) ever.")
        }
        if let range = monitor.range { sentences.append("No row is taken to be further off than \(range).") }
        sentences.append("When it does not hold, \(PhraseText.quoted(monitor.alert)) \(monitor.alert.count == 1 ? "is" : "are") told.")
        return .init(name: check.id, title: check.title, sentences: sentences)
    }
}
