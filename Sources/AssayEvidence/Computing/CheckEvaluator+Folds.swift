import AssayMetrics
import AssayTerms

extension CheckEvaluator {
    /// The measure of each fold's rows, with their mean; undefined where it is in one of them.
    func folded(
        _ descriptor: CheckDescriptor, _ measure: PerformanceMeasure, _ check: CheckRequest
    ) throws(AssayError) -> CheckResult {
        guard let grouping = try grouping(check.groupColumns) else { return tooManyGroups(descriptor, check) }
        let estimates = grouping.groups.map { (name: $0.name, rows: rows(measure, $0.state), estimate: estimate(measure, $0.state)) }
        var result = CheckResult(
            descriptor: descriptor, column: column(of: check), value: nil, measure: measure.name,
            groups: estimates.map { fold in
                CheckResult.Group(
                    group: fold.name, count: fold.rows, value: fold.estimate.value, interval: fold.estimate.interval)
            },
            rows: estimates.reduce(0) { $0 + $1.rows },
            excluded: excluded(measure, grouping.groups.map(\.state), grouping.excluded))
        guard !estimates.isEmpty else {
            result.undefined = "no row is in a fold"
            return result
        }
        if let lacking = estimates.first(where: { $0.estimate.value == nil }) {
            result.undefined = "in fold \(lacking.name) \(lacking.estimate.undefined ?? "there is no value")"
            return result
        }
        let summary = FoldSummary(estimates.compactMap(\.estimate.value))
        result.value = summary.mean
        result.interval = summary.interval
        result.details = ["folds": .integer(Int64(estimates.count)), "spread": .number(summary.highest - summary.lowest)]
        result.details["standard_deviation"] = summary.standardDeviation.map { .number($0) }
        result.details["lowest"] = .number(summary.lowest)
        result.details["highest"] = .number(summary.highest)
        return result
    }
}
