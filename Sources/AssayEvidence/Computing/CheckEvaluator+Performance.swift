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
        return CheckResult(
            descriptor: finished(descriptor), column: column(of: check), value: estimate.value,
            interval: estimate.interval, measure: isSliced || measure.score != nil ? measure.score?.rawValue ?? measure.name : nil,
            groups: isSliced ? slices(measure, grouping) : classes(measure, state), rows: rows(measure, state),
            excluded: excluded(measure, grouping.groups.map(\.state), grouping.excluded), undefined: estimate.undefined)
    }

    private func slices(_ measure: PerformanceMeasure, _ grouping: Grouping) -> [CheckResult.Group] {
        grouping.groups.map { group in
            let own = estimate(measure, group.state)
            return CheckResult.Group(
                group: group.name, count: rows(measure, group.state), value: own.value, interval: own.interval)
        }
    }

    private func classes(_ measure: PerformanceMeasure, _ state: PerformanceState) -> [CheckResult.Group] {
        guard let score = measure.score, let matrix = state.classes, matrix.classCount == classNames.count else { return [] }
        return classNames.enumerated().map { index, name in
            CheckResult.Group(group: name, count: matrix.labelRows[index], value: score.value(matrix, index))
        }
    }

    /// The states of several groups as one, in the order given.
    func joined(_ states: [PerformanceState]) -> PerformanceState {
        guard var whole = states.first else { return PerformanceState() }
        for state in states.dropFirst() { whole.merge(state) }
        return whole
    }
}
