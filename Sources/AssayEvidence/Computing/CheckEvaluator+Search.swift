import AssayColumns
import AssayMetrics
import AssayTerms

extension CheckEvaluator {
    /// Rows a slice needs before it is looked at.
    static let sliceMinimum = 30

    /// Every value of each column and every pair of values of two columns, searched for accuracy that falls short. The answer
    /// is the shortfall of the weakest slice that remains after correction, 0 where none does; all that remain are listed.
    func weakest(_ descriptor: CheckDescriptor, _ check: CheckRequest) throws(AssayError) -> CheckResult {
        var names: [Text] = []
        var states: [PerformanceState] = []
        var wholes: [Proportion] = []
        var excluded = CheckResult.Excluded()
        for columns in pass.request.frames(of: check) {
            guard let grouping = try grouping(columns) else { return tooManyGroups(descriptor, check) }
            let whole = agreement(joined(grouping.groups.map(\.state)))
            for group in grouping.groups {
                names.append(
                    Text(zip(columns, group.parts).map(named).joined(separator: ", ")))
                states.append(group.state)
                wholes.append(whole)
            }
            excluded.missingGroup = max(excluded.missingGroup, grouping.excluded.missingGroup)
            excluded.missingLabel = max(excluded.missingLabel, grouping.excluded.missingLabel)
            excluded.missingPrediction = max(excluded.missingPrediction, grouping.excluded.missingPrediction)
        }
        var result = CheckResult(
            descriptor: finished(descriptor), column: column(of: check), value: nil, measure: "accuracy",
            rows: Int(wholes.map(\.trials).max() ?? 0), excluded: excluded)
        guard !isWeighted else {
            result.undefined = "the search counts rows, and these are weighted"
            return result
        }
        let rates = states.map(agreement)
        let (weak, searched) = WeakSlices.find(rates, among: wholes, minimumRows: Self.sliceMinimum)
        guard searched > 0 else {
            result.undefined = "no slice has \(Self.sliceMinimum) rows inside and outside"
            return result
        }
        result.value = weak.first?.difference ?? 0
        result.interval = weak.first?.interval
        result.groups = weak.map { slice in
            CheckResult.Group(
                group: names[slice.index], count: Int(rates[slice.index].trials), value: rates[slice.index].value,
                interval: rates[slice.index].interval)
        }
        return result
    }

    /// `sex=f`, or of a range `age > 60`.
    private func named(_ column: Text, _ value: Text) -> String {
        pass.bins.bins[column].map { "\($0.column) \(value)" } ?? "\(column)=\(value)"
    }

    private func agreement(_ state: PerformanceState) -> Proportion {
        PerformanceMeasure.named("accuracy")?.proportion?(state) ?? Proportion(successes: 0, trials: 0)
    }

    /// What gap of selection rates the groups' rows could show.
    func detectable(_ descriptor: CheckDescriptor, _ check: CheckRequest) throws(AssayError) -> CheckResult {
        guard let grouping = try grouping(check.groupColumns) else { return tooManyGroups(descriptor, check) }
        let rates = grouping.groups.map { Rate.selectionRate.proportion(of: $0.state.confusion ?? Self.noRows) }
        let estimate = DetectableGap.largest(rates)
        let counts = grouping.groups.map { $0.state.confusion?.rowCount ?? 0 }
        let gaps = DetectableGap.toRest(rates)
        return CheckResult(
            descriptor: finished(descriptor), column: column(of: check), value: estimate.value,
            measure: "detectable_gap_to_rest",
            groups: grouping.groups.indices.map { index in
                CheckResult.Group(group: grouping.groups[index].name, count: counts[index], value: gaps[index])
            },
            rows: counts.reduce(0, +), excluded: grouping.excluded, undefined: estimate.undefined)
    }
}
