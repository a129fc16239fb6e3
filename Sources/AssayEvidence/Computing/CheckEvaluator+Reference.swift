import AssayColumns
import AssayMetrics
import AssayTerms

extension CheckEvaluator {
    /// Every group against the reference: Aequitas' largest group, unless a rule `C=V` names one; Local Law 144's group of
    /// the highest rate. The groups' values are their ratios, the answer the one farthest from 1, as a ratio up to 1.
    func referred(
        _ descriptor: CheckDescriptor, _ reference: ReferenceCheck, _ check: CheckRequest
    ) throws(AssayError) -> CheckResult {
        guard let grouping = try grouping(check.groupColumns) else { return tooManyGroups(descriptor, check) }
        let groups = grouping.groups
        let rates: [Proportion]
        switch reference {
        case .disparity(let rate): rates = groups.map { rate.proportion(of: $0.state.confusion ?? Self.noRows) }
        case .selection:
            rates = groups.map { AIF360Rate.selectionRate.proportion(of: $0.state.confusion ?? Self.noRows) }
        case .scoring: rates = ScoringRates.above(groups.map { $0.state.scores ?? ScoreState(isWeighted: isWeighted) })
        }
        var result = CheckResult(
            descriptor: finished(descriptor), column: column(of: check), value: nil, measure: "ratio",
            rows: 0, excluded: grouping.excluded)
        let counts = groups.indices.map { index in
            if case .scoring = reference { return groups[index].state.scores?.rowCount ?? 0 }
            return groups[index].state.confusion?.rowCount ?? 0
        }
        result.rows = counts.reduce(0, +)
        guard let base = base(reference, groups, rates, check) else {
            result.undefined =
                check.privileged.map { "there is no group '\($0.value)' to refer to" } ?? "no group has rows"
            return result
        }
        let ratios = rates.map { $0.ratio(rates[base]) }
        result.measure = "ratio to \(groups[base].name)"
        result.groups = groups.indices.map { index in
            CheckResult.Group(group: groups[index].name, count: counts[index], value: ratios[index])
        }
        let present = ratios.compactMap { $0 }.map { $0 > 1 ? 1 / $0 : $0 }
        if present.count < 2 {
            result.undefined =
                rates[base].value.map { $0 > 0 } ?? false
                ? "fewer than two groups have the rate" : "the rate of the reference group \(groups[base].name) is 0 or undefined"
        } else {
            result.value = present.min()
        }
        return result
    }

    private func base(
        _ reference: ReferenceCheck, _ groups: [Grouping.Group], _ rates: [Proportion], _ check: CheckRequest
    ) -> Int? {
        guard case .disparity = reference else {
            return rates.indices.filter { rates[$0].trials > 0 }.max { (rates[$0].value ?? 0) < (rates[$1].value ?? 0) }
        }
        if let rule = check.privileged {
            // Numbers are the same group however they are written.
            let number = ColumnBins.number(rule.value.string)
            return groups.firstIndex { group in
                group.name == rule.value || number.map { ColumnBins.number(group.name.string) == $0 } ?? false
            }
        }
        // The first of equally large groups, by weight where rows have one.
        let sizes = groups.map { $0.state.confusion?.total ?? 0 }
        guard let largest = sizes.max(), largest > 0 else { return nil }
        return sizes.firstIndex(of: largest)
    }
}
