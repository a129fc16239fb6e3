import AssayColumns
import AssayMetrics
import AssayTerms

extension CheckEvaluator {
    func aif360(
        _ descriptor: CheckDescriptor, _ sided: AIF360Check, _ check: CheckRequest
    ) throws(AssayError) -> CheckResult {
        guard sided.isSided else { return try grouped(descriptor, sided, check) }
        guard let rule = check.privileged, let index = pass.plan.rules.firstIndex(of: rule) else {
            return CheckResult(
                descriptor: finished(descriptor), column: check.column, value: nil, rows: 0,
                undefined: "no privileged group is named")
        }
        if case .generalized(let measure) = sided { return generalized(descriptor, measure, rule, index) }
        let table = pass.ruleTables[index]
        let sides = [table.confusion(group: 0), table.confusion(group: 1)]
        let whole = sides[0] + sides[1]
        let measures = AIF360Measures(unprivileged: sides[0], privileged: sides[1], seed: pass.request.seed)
        var rate: AIF360Rate?
        var amount: ((Confusion) -> Double)?
        let estimate: Estimate
        switch sided {
        case .difference(let own):
            rate = own
            estimate = measures.difference(own)
        case .ratio(let own):
            rate = own
            estimate = measures.ratio(own)
        case .sides(let own, let value):
            rate = own
            estimate = value(measures)
        case .rate(let own):
            rate = own
            estimate = Estimate(own.proportion(of: whole), undefined: "no row\(own.condition)")
        case .amount(let own):
            amount = own
            estimate = Estimate(own(whole))
        case .inequality(let value): estimate = value(BenefitInequality(whole))
        case .betweenSides(let value): estimate = value(BenefitInequality(groups: sides))
        case .betweenGroups(let value): estimate = value(BenefitInequality(groups: sides))
        case .groups(_, let value): estimate = value(sides)
        case .generalized: estimate = Estimate(undefined: "it is of scores")
        }
        return CheckResult(
            descriptor: finished(descriptor), column: check.column, privileged: rule.description,
            value: estimate.value, interval: estimate.interval, measure: rate.map(named) ?? "rows",
            groups: zip(["unprivileged", "privileged"], sides).map { name, confusion in
                let proportion = rate?.proportion(of: confusion)
                return CheckResult.Group(
                    group: Text(name), count: confusion.rowCount, value: proportion?.value ?? amount?(confusion),
                    interval: proportion?.interval)
            },
            rows: sides.reduce(0) { $0 + $1.rowCount },
            excluded: CheckResult.Excluded(
                missingGroup: table.rowCount(group: CellTable.missingGroup),
                missingLabel: table.missingLabelCount(group: 0) + table.missingLabelCount(group: 1),
                missingPrediction: table.missingPredictionCount(group: 0) + table.missingPredictionCount(group: 1)),
            undefined: estimate.undefined)
    }

    /// Of the scores of all rows, with either side's own.
    private func generalized(
        _ descriptor: CheckDescriptor, _ measure: GeneralizedConfusion.Measure, _ rule: PrivilegedRule, _ index: Int
    ) -> CheckResult {
        let sides = pass.ruleScores[index]
        let whole = sides[0] + sides[1]
        let estimate =
            pass.lacksProbabilities ? Estimate(undefined: "the model gives no probabilities") : whole.estimate(measure)
        return CheckResult(
            descriptor: descriptor, column: rule.column, privileged: rule.description, value: estimate.value,
            measure: measure.rawValue,
            groups: zip(["unprivileged", "privileged"], sides).map { name, side in
                CheckResult.Group(group: name, count: side.rowCount, value: side.estimate(measure).value)
            },
            rows: whole.rowCount,
            excluded: CheckResult.Excluded(
                missingGroup: pass.ruleTables[index].rowCount(group: CellTable.missingGroup),
                missingLabel: whole.missingLabelCount, missingPrediction: whole.missingScoreCount),
            undefined: estimate.undefined)
    }

    private func grouped(
        _ descriptor: CheckDescriptor, _ sided: AIF360Check, _ check: CheckRequest
    ) throws(AssayError) -> CheckResult {
        guard let grouping = try grouping(check.groupColumns) else { return tooManyGroups(descriptor, check) }
        let confusions = grouping.groups.map { $0.state.confusion ?? Self.noRows }
        var rate = AIF360Rate.selectionRate
        let estimate: Estimate
        switch sided {
        case .groups(let own, let value):
            rate = own
            estimate = value(confusions)
        case .betweenGroups(let value): estimate = value(BenefitInequality(groups: confusions))
        default: estimate = Estimate(undefined: "no privileged group is named")
        }
        return CheckResult(
            descriptor: finished(descriptor), column: column(of: check), value: estimate.value,
            interval: estimate.interval, measure: named(rate),
            groups: zip(grouping.groups, confusions).map { group, confusion in
                let proportion = rate.proportion(of: confusion)
                return CheckResult.Group(
                    group: group.name, count: confusion.rowCount, value: proportion.value, interval: proportion.interval)
            },
            rows: confusions.reduce(0) { $0 + $1.rowCount }, excluded: grouping.excluded,
            undefined: estimate.undefined)
    }

    private func named(_ rate: AIF360Rate) -> String {
        pass.request.outcome == .label && rate == .selectionRate ? AIF360Rate.baseRate.rawValue : rate.rawValue
    }
}
