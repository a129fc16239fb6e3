import AssayColumns
import AssayMetrics
import AssayTerms

extension CheckEvaluator {
    /// A measure by group, or one comparison of its values over the groups. Within controls the answer is that of the worst
    /// of their values, and each of them is listed.
    func compared(
        _ descriptor: CheckDescriptor, _ group: GroupMeasure, _ check: CheckRequest
    ) throws(AssayError) -> CheckResult {
        let columns = pass.request.frame(of: check)
        let controls = columns.count - check.groupColumns.count
        guard let grouping = try grouping(columns, controls: controls) else { return tooManyGroups(descriptor, check) }
        let measure = group.measure
        let states = grouping.groups.map(\.state)
        var estimate: Estimate
        var groups: [CheckResult.Group]
        var name = named(measure)
        if let aggregate = group.aggregate {
            let levels = grouping.levels.map { level in
                (control: level[0].control, rows: level, estimate: comparison(measure, level, aggregate))
            }
            let worst = worst(levels.map(\.estimate), aggregate)
            estimate = worst
            estimate.interval = interval(measure, grouping.levels, aggregate, worst)
            if controls > 0 {
                name += "_\(aggregate.rawValue)"
                groups = levels.map { level in
                    CheckResult.Group(
                        group: level.control, count: level.rows.reduce(0) { $0 + rows(measure, $1.state) },
                        value: level.estimate.value)
                }
            } else {
                groups = listed(measure, grouping.groups)
            }
        } else {
            estimate = self.estimate(measure, joined(states))
            groups = listed(measure, grouping.groups)
        }
        return CheckResult(
            descriptor: finished(descriptor), column: column(of: check), value: estimate.value,
            interval: estimate.interval, measure: name, groups: groups,
            rows: states.reduce(0) { $0 + rows(measure, $1) }, excluded: excluded(measure, states, grouping.excluded),
            undefined: estimate.undefined)
    }

    /// With labels in the prediction's place the selection rate is the base rate, as AIF360 calls it.
    func named(_ measure: PerformanceMeasure) -> String {
        pass.request.outcome == .label && measure.name == Rate.selectionRate.rawValue ? "base_rate" : measure.name
    }

    private func listed(_ measure: PerformanceMeasure, _ groups: [Grouping.Group]) -> [CheckResult.Group] {
        groups.map { group in
            let own = estimate(measure, group.state)
            let name = group.control.isEmpty ? group.name : Text("\(group.control), \(group.name)")
            return CheckResult.Group(
                group: name, count: rows(measure, group.state), value: own.value, interval: own.interval)
        }
    }

    private func comparison(
        _ measure: PerformanceMeasure, _ groups: [Grouping.Group], _ aggregate: GroupComparison.Aggregate
    ) -> Estimate {
        GroupComparison(
            values: groups.map { estimate(measure, $0.state).value },
            proportions: measure.proportion.map { proportion in groups.map { proportion($0.state) } },
            overall: estimate(measure, joined(groups.map(\.state))).value
        ).estimate(aggregate)
    }

    /// The least favourable of several comparisons; undefined where one is.
    private func worst(_ estimates: [Estimate], _ aggregate: GroupComparison.Aggregate) -> Estimate {
        guard var worst = estimates.first else { return Estimate(undefined: "no row has a group") }
        for estimate in estimates.dropFirst() {
            guard let value = estimate.value, let before = worst.value else {
                if worst.value != nil { worst = estimate }
                continue
            }
            let isWorse =
                switch aggregate {
                case .difference, .differenceToOverall, .groupMax: value > before
                case .ratio, .ratioToOverall, .groupMin: value < before
                }
            if isWorse { worst = estimate }
        }
        return worst
    }

    /// Score intervals of all pairs of groups where the measure is a counted rate, else those of the groups' standard errors.
    private func interval(
        _ measure: PerformanceMeasure, _ levels: [[Grouping.Group]], _ aggregate: GroupComparison.Aggregate,
        _ estimate: Estimate
    ) -> Interval? {
        guard aggregate == .difference || aggregate == .ratio, estimate.value != nil else { return nil }
        let rates = measure.proportion.map { proportion in
            levels.map { level in level.compactMap { proportion($0.state) }.filter { $0.trials > 0 } }
        }
        guard let rates else {
            let estimates = levels.map { level in
                level.map { self.estimate(measure, $0.state) }.filter { $0.value != nil }
            }
            let pairs = SimultaneousEstimates(estimates, seed: pass.request.seed)
            guard aggregate == .difference else { return pairs?.ratioInterval() }
            let bounds = (measure.least, measure.greatest)
            return pairs?.differenceInterval(
                greatest: bounds.0.flatMap { least in bounds.1.map { Double($0 - least) } })
        }
        let families = rates.map { $0.compactMap(\.arm) }
        // A rate whose variance is not known would be left out of the gap.
        guard zip(families, rates).allSatisfy({ $0.count == $1.count }) else { return nil }
        let pairs = SimultaneousPairs(families: families, seed: pass.request.seed)
        return aggregate == .difference ? pairs?.differenceInterval() : pairs?.ratioInterval()
    }

    /// Fairlearn's gaps of a binary decision.
    func gap(_ descriptor: CheckDescriptor, _ check: CheckRequest) throws(AssayError) -> CheckResult {
        let columns = pass.request.frame(of: check)
        let controls = columns.count - check.groupColumns.count
        guard let grouping = try grouping(columns, controls: controls) else { return tooManyGroups(descriptor, check) }
        let levels = grouping.levels.map { level in level.map { $0.state.confusion ?? Self.noRows } }
        guard let name = descriptor.id.dropping("fairness.").flatMap({ FairlearnMeasures.Name(rawValue: String($0)) }) else {
            throw AssayError(.internalFault, "\(descriptor.id) is in the catalogue, and nothing computes it")
        }
        let gap = FairlearnMeasures.gap(levels.isEmpty ? [[]] : levels, name, seed: pass.request.seed)
        let confusions = levels.flatMap { $0 }
        let measure = pass.request.outcome == .label && gap.rate == .selectionRate ? "base_rate" : gap.rate.rawValue
        let groups: [CheckResult.Group]
        if controls > 0 {
            groups = zip(grouping.levels, gap.levels).map { level, estimate in
                CheckResult.Group(
                    group: level[0].control, count: level.reduce(0) { $0 + ($1.state.confusion?.rowCount ?? 0) },
                    value: estimate.value)
            }
        } else {
            groups = zip(grouping.groups, confusions).map { group, confusion in
                let proportion = gap.rate.proportion(of: confusion)
                return CheckResult.Group(
                    group: group.name, count: confusion.rowCount, value: proportion.value, interval: proportion.interval)
            }
        }
        return CheckResult(
            descriptor: finished(descriptor), column: column(of: check), value: gap.estimate.value,
            interval: gap.estimate.interval, measure: controls > 0 ? name.rawValue : measure, groups: groups,
            rows: confusions.reduce(0) { $0 + $1.rowCount }, excluded: grouping.excluded,
            undefined: gap.estimate.undefined)
    }

    static let noRows = Confusion(trueNegatives: 0, falsePositives: 0, falseNegatives: 0, truePositives: 0)
}
