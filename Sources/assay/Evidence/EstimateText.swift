import AssayEvidence
import AssayTerms

/// Performance estimated without labels, as people read it.
enum EstimateText {
    private static let lossNote =
        "Estimates rest on how the loss went with features and prediction on the reference; a change of that (concept drift) stays "
        + "unseen. They have no interval."

    private static let scoreNote =
        "Estimates rest on the scores: they hold while a score means the probability it meant on the reference. Intervals are "
        + "where the measured value would lie 19 times of 20 if it does; a change of the relation between inputs and label "
        + "(concept drift) stays unseen."

    /// NannyML makes no chunk of fewer rows: what is learnt from fewer is mostly chance.
    private static let fewRows = 300

    static func note(_ estimates: [CheckResult]) -> String {
        let count = estimates.first?.groups.first?.count ?? 0
        let caution =
            "The reference has \(NumberText.grouped(count)) rows with labels; estimates that rest on fewer than \(fewRows) are "
            + "unsteady. "
        return (count < fewRows ? caution : "") + (isLoss(estimates) ? lossNote : scoreNote)
    }

    static func isLoss(_ estimates: [CheckResult]) -> Bool { estimates.first?.details["method"] == .text("dle") }

    static func holds(_ result: CheckResult) -> Bool { result.id.hasPrefix("estimated.") }

    static func add(_ estimates: [CheckResult], to text: inout ReportText) {
        text.blank()
        text.line("Estimated performance on the current rows (\(method(estimates)))")
        text.blank()
        text.table(rows(estimates))
        for (name, reason) in reasons(estimates) { text.wrapped("\(name): \(reason).", indent: 2) }
        if let excluded = estimates.first?.excluded { text.excluded(excluded) }
        text.blank()
        text.wrapped(note(estimates), indent: 0)
    }

    /// `cbpe, scores calibrated on the reference`.
    static func method(_ estimates: [CheckResult]) -> String {
        if isLoss(estimates) { return "DLE, a regression of the loss on features and prediction" }
        let isCalibrated = estimates.first?.details["calibrated"] == .flag(true)
        return "CBPE, scores \(isCalibrated ? "calibrated on the reference" : "as they are")"
    }

    /// The first row is the heading.
    static func rows(_ estimates: [CheckResult]) -> [[String]] {
        [["measure", "measured before", "estimated now", "interval"]]
            + estimates.map { result in
                [
                    name(result), result.groups.first?.value.map(NumberText.fixed) ?? "–",
                    result.value.map(NumberText.fixed) ?? "–",
                    result.interval.map { "\(NumberText.fixed($0.low)) to \(NumberText.fixed($0.high))" } ?? "",
                ]
            }
    }

    static func name(_ result: CheckResult) -> String { (result.measure ?? result.id).replacing("_", with: " ") }

    private static func reasons(_ estimates: [CheckResult]) -> [(String, String)] {
        estimates.compactMap { result in result.undefined.map { (name(result), $0) } }
    }
}
