import AssayColumns
import AssayMetrics
import AssayTerms

/// Turns the states of a finished pass into results.
struct CheckEvaluator {
    let pass: EvidencePass
    let dataColumns: [Text]
    /// The columns the model declares as its inputs; `nil` without a model.
    let features: [Text]?

    /// - Throws: `invalidArgument` for an unknown check or a group name that is taken.
    func result(of check: CheckRequest) throws(AssayError) -> CheckResult {
        if let result = try pass.columnChecks.result(of: check) { return result }
        let descriptor = try CheckCatalogue.descriptor(id: check.id)
        switch check.id.prefix(while: { $0 != "." }) {
        case "performance": return performance(descriptor)
        case "fairness": return try fairness(descriptor, column: check.column ?? "")
        case "aif360": return aif360(descriptor, check)
        default: return try columnAbsent(descriptor, check)
        }
    }

    private var isWeighted: Bool { pass.request.weight != nil }

    private func finished(_ descriptor: CheckDescriptor) -> CheckDescriptor {
        var descriptor = descriptor
        // Sums of weights are floating sums; equal bits need equal block order.
        if isWeighted, descriptor.kind == .counted { descriptor.kind = .summed }
        return descriptor
    }

    private func performance(_ descriptor: CheckDescriptor) -> CheckResult {
        let scores = pass.scores
        let confusion = pass.overall.confusion(group: 0)
        let estimate: Estimate
        switch descriptor.id {
        case "performance.accuracy": estimate = ClassificationMeasures.accuracy(confusion)
        case "performance.balanced_accuracy": estimate = ClassificationMeasures.balancedAccuracy(confusion)
        case "performance.precision": estimate = ClassificationMeasures.precision(confusion)
        case "performance.recall": estimate = ClassificationMeasures.recall(confusion)
        case "performance.f1": estimate = ClassificationMeasures.f1(confusion)
        case _ where pass.lacksProbabilities: estimate = Estimate(undefined: "the model gives no probabilities")
        case "performance.roc_auc": estimate = scores.rocAUC
        case "performance.log_loss": estimate = scores.logLoss
        default: estimate = scores.brier
        }
        let usesScores = descriptor.needs.contains(.score)
        return CheckResult(
            descriptor: finished(descriptor), value: estimate.value, interval: estimate.interval,
            rows: usesScores ? scores.rowCount : confusion.rowCount,
            excluded: CheckResult.Excluded(
                missingLabel: usesScores ? scores.missingLabelCount : pass.overall.missingLabelCount(group: 0),
                missingPrediction: usesScores
                    ? scores.missingScoreCount : pass.overall.missingPredictionCount(group: 0)),
            undefined: estimate.undefined)
    }

    private func fairness(_ descriptor: CheckDescriptor, column: Text) throws(AssayError) -> CheckResult {
        guard let index = pass.plan.sensitive.firstIndex(of: column), let coder = pass.groupCoders[index] else {
            return CheckResult(
                descriptor: finished(descriptor), column: column, value: nil, rows: 0,
                undefined: "the column has too many distinct values to be groups")
        }
        let coding = try coder.categoryCoding(missingGroup: pass.request.missingGroup)
        let table = GroupTable(pass.groupTables[index], coder: coder, coding: coding)
        let confusions = table.groups.map(\.confusion)
        let seed = pass.request.seed
        var estimate: Estimate
        let rates: GroupRates
        if let rate = Rate(rawValue: String(descriptor.id.dropFirst("fairness.".count))) {
            rates = GroupRates(rate, confusions: confusions)
            let overall = rate.proportion(of: table.overall(isWeighted: isWeighted))
            estimate = Estimate(overall, undefined: noTrials(rate))
        } else {
            let gap =
                switch descriptor.id {
                case "fairness.demographic_parity_difference":
                    FairlearnMeasures.demographicParityDifference(confusions, seed: seed)
                case "fairness.demographic_parity_ratio":
                    FairlearnMeasures.demographicParityRatio(confusions, seed: seed)
                case "fairness.equalized_odds_difference":
                    FairlearnMeasures.equalizedOddsDifference(confusions, seed: seed)
                case "fairness.equalized_odds_ratio":
                    FairlearnMeasures.equalizedOddsRatio(confusions, seed: seed)
                case "fairness.equal_opportunity_difference":
                    FairlearnMeasures.equalOpportunityDifference(confusions, seed: seed)
                default: FairlearnMeasures.equalOpportunityRatio(confusions, seed: seed)
                }
            estimate = gap.estimate
            rates = gap.rates
        }
        return CheckResult(
            descriptor: finished(descriptor), column: column, value: estimate.value, interval: estimate.interval,
            measure: measure(rates.rate),
            groups: zip(table.groups, rates.proportions).map { group, proportion in
                CheckResult.Group(
                    group: group.name, count: group.confusion.rowCount, value: proportion.value,
                    interval: proportion.interval)
            },
            rows: confusions.reduce(0) { $0 + $1.rowCount }, excluded: table.excluded, undefined: estimate.undefined)
    }

    private func aif360(_ descriptor: CheckDescriptor, _ check: CheckRequest) -> CheckResult {
        guard let rule = check.privileged, let index = pass.plan.rules.firstIndex(of: rule) else {
            return CheckResult(
                descriptor: finished(descriptor), column: check.column, value: nil, rows: 0,
                undefined: "no privileged group is named")
        }
        let table = pass.ruleTables[index]
        let unprivileged = table.confusion(group: 0)
        let privileged = table.confusion(group: 1)
        let measures = AIF360Measures(
            unprivileged: unprivileged, privileged: privileged, seed: pass.request.seed)
        let (estimate, rate): (Estimate, Rate) =
            switch descriptor.id {
            case "aif360.statistical_parity_difference": (measures.statisticalParityDifference, .selectionRate)
            case "aif360.disparate_impact": (measures.disparateImpact, .selectionRate)
            case "aif360.average_odds_difference": (measures.averageOddsDifference, .truePositiveRate)
            default: (measures.equalOpportunityDifference, .truePositiveRate)
            }
        return CheckResult(
            descriptor: finished(descriptor), column: check.column, privileged: rule.description,
            value: estimate.value, interval: estimate.interval, measure: measure(rate),
            groups: [("unprivileged", unprivileged), ("privileged", privileged)].map { name, confusion in
                let proportion = rate.proportion(of: confusion)
                return CheckResult.Group(
                    group: Text(name), count: confusion.rowCount, value: proportion.value,
                    interval: proportion.interval)
            },
            rows: unprivileged.rowCount + privileged.rowCount,
            excluded: CheckResult.Excluded(
                missingGroup: table.rowCount(group: CellTable.missingGroup),
                missingLabel: table.missingLabelCount(group: 0) + table.missingLabelCount(group: 1),
                missingPrediction: table.missingPredictionCount(group: 0) + table.missingPredictionCount(group: 1)),
            undefined: estimate.undefined)
    }

    private func columnAbsent(_ descriptor: CheckDescriptor, _ check: CheckRequest) throws(AssayError) -> CheckResult {
        let column = check.column ?? ""
        let names: [Text]
        switch check.place ?? (features == nil ? .data : .features) {
        case .data: names = dataColumns
        case .features:
            guard let features else {
                throw AssayError(.invalidArgument, "\(check.id) looks at a model's inputs, and no model is given")
            }
            names = features
        }
        return CheckResult(
            descriptor: descriptor, column: column, value: names.contains(column) ? 0 : 1, rows: pass.rowCount)
    }

    /// With labels in the prediction's place the selection rate is the base rate, as AIF360 calls it.
    private func measure(_ rate: Rate) -> String {
        pass.request.outcome == .label && rate == .selectionRate ? "base_rate" : rate.rawValue
    }

    private func noTrials(_ rate: Rate) -> String {
        switch rate {
        case .selectionRate, .accuracy: "no row has what the check needs"
        case .truePositiveRate, .falseNegativeRate: "no row is labelled positive"
        case .falsePositiveRate, .trueNegativeRate: "no row is labelled negative"
        }
    }
}
