import AssayColumns
import AssayMetrics
import AssayTerms

extension CheckEvaluator {
    /// Of all rows, or of those that have a slice's columns, then with each slice as a group. An average over classes lists
    /// the classes.
    func performance(
        _ descriptor: CheckDescriptor, _ measure: PerformanceMeasure, _ check: CheckRequest
    ) throws(AssayError) -> CheckResult {
        guard let grouping = try grouping(check.groupColumns) else { return tooManyGroups(descriptor, check) }
        let isSliced = check.column != nil
        let state = isSliced ? joined(grouping.groups.map(\.state)) : grouping.groups.first?.state ?? PerformanceState()
        let estimate = estimate(measure, state)
        var result = CheckResult(
            descriptor: finished(descriptor), column: column(of: check), value: estimate.value,
            interval: estimate.interval, measure: isSliced ? measure.name : parts(measure, state).measure,
            groups: isSliced ? slices(measure, grouping) : parts(measure, state).groups, rows: rows(measure, state),
            excluded: excluded(measure, grouping.groups.map(\.state), grouping.excluded), undefined: estimate.undefined)
        if pass.request.curves, !isSliced { result.details = curves(measure, state) }
        return result
    }

    /// Against another model's answers on the rows that have both.
    func compared(_ descriptor: CheckDescriptor, _ check: PairedCheck) -> CheckResult {
        let state = pass.paired
        let estimate = check.compute(state)
        return CheckResult(
            descriptor: descriptor, value: estimate.value, interval: estimate.interval,
            rows: check.input == .scores ? state.scoredRowCount : state.rowCount, undefined: estimate.undefined)
    }

    private func slices(_ measure: PerformanceMeasure, _ grouping: Grouping) -> [CheckResult.Group] {
        grouping.groups.map { group in
            let own = estimate(measure, group.state)
            return CheckResult.Group(
                group: group.name, count: rows(measure, group.state), value: own.value, interval: own.interval)
        }
    }

    /// What a measure is put together from: an average's classes, a calibration error's bins.
    private func parts(
        _ measure: PerformanceMeasure, _ state: PerformanceState
    ) -> (measure: String?, groups: [CheckResult.Group]) {
        if let score = measure.score, let matrix = state.classes, matrix.classCount == classNames.count {
            return (
                score.rawValue,
                classNames.enumerated().map { index, name in
                    CheckResult.Group(group: name, count: matrix.labelRows[index], value: score.value(matrix, index))
                }
            )
        }
        if let score = measure.score, let sets = state.labelSets, sets.labelCount == pass.request.labels.count {
            return (
                score.rawValue,
                pass.request.labels.enumerated().map { index, name in
                    CheckResult.Group(group: name, count: sets.labelledRows(index), value: sets.value(score, index))
                }
            )
        }
        guard measure.name == "ece", let scores = state.scores else { return (nil, []) }
        return (
            "positive_share",
            scores.bins.bins.enumerated().filter { $0.element.rows > 0 }.map { index, bin in
                CheckResult.Group(group: Text(CalibrationBins.name(index)), count: bin.rows, value: bin.positiveShare)
            }
        )
    }

    /// The states of several groups as one, in the order given.
    func joined(_ states: [PerformanceState]) -> PerformanceState {
        guard var whole = states.first else { return PerformanceState() }
        for state in states.dropFirst() { whole.merge(state) }
        return whole
    }
}
