import AssayColumns
package import AssayMetrics
package import AssayTerms

/// What decisions were by group before a mitigation and are after it.
///
/// Where decisions are left to chance the amounts after are expected values, which no interval is given for.
package struct MitigationEvidence: Sendable {
    package var source: GroupSource
    package var names: [Text]
    /// By group; `nil` where there was nothing before.
    package var before: [Confusion]?
    package var after: [Confusion]
    package var excluded: CheckResult.Excluded

    package init(
        source: GroupSource, names: [Text], before: [Confusion]?, after: [Confusion],
        excluded: CheckResult.Excluded = CheckResult.Excluded()
    ) {
        self.source = source
        self.names = names
        self.before = before
        self.after = after
        self.excluded = excluded
    }

    /// One number before and after.
    package struct Change: Sendable {
        /// The check whose definition it follows.
        package var id: String
        package var before: Estimate?
        package var after: Estimate
    }

    /// How well all rows are decided, and how far groups lie apart.
    package var changes: [Change] {
        [
            change("performance.accuracy") { ClassMeasures.accuracy(Self.matrix($0)) },
            change("performance.balanced_accuracy") { ClassMeasures.balancedAccuracy(Self.matrix($0)) },
            change("fairness.demographic_parity_difference") { Self.gap($0, .demographicParityDifference) },
            change("fairness.equal_opportunity_difference") { Self.gap($0, .equalOpportunityDifference) },
            change("fairness.false_positive_rate_difference") { GroupRates(.falsePositiveRate, confusions: $0).difference },
            change("fairness.equalized_odds_difference") { Self.gap($0, .equalizedOddsDifference) },
            change("fairness.accuracy_difference") { GroupRates(.accuracy, confusions: $0).difference },
        ]
    }

    /// The rates listed by group.
    package static let rates: [Rate] = [.selectionRate, .truePositiveRate, .falsePositiveRate]

    private func change(_ id: String, _ measure: ([Confusion]) -> Estimate) -> Change {
        Change(id: id, before: before.map(measure), after: measure(after))
    }

    private static func matrix(_ confusions: [Confusion]) -> ClassMatrix { ClassMatrix(sum(confusions)) }

    private static func gap(_ confusions: [Confusion], _ name: FairlearnMeasures.Name) -> Estimate {
        FairlearnMeasures.gap([confusions], name).estimate
    }

    package static func sum(_ confusions: [Confusion]) -> Confusion {
        confusions.dropFirst().reduce(confusions[0], +)
    }

    /// Values after; those before stand in the details.
    ///
    /// - Throws: `invalidArgument` for a check that is not in the catalogue.
    package func results() throws(AssayError) -> [CheckResult] {
        let rows = after.reduce(0) { $0 + $1.rowCount }
        let (column, privileged): (Text?, String?) =
            switch source {
            case .column(let column): (column, nil)
            case .rule(let rule): (nil, rule.description)
            }
        var results: [CheckResult] = []
        for change in changes {
            let isOfGroups = change.id.hasPrefix("fairness.")
            var result = CheckResult(
                descriptor: try CheckCatalogue.descriptor(id: change.id), column: isOfGroups ? column : nil,
                privileged: isOfGroups ? privileged : nil, value: change.after.value, interval: change.after.interval, rows: rows,
                excluded: excluded, undefined: change.after.undefined)
            result.details["before"] = change.before?.value.map { .number($0) }
            results.append(result)
        }
        for rate in Self.rates {
            let overall = rate.proportion(of: Self.sum(after))
            var result = CheckResult(
                descriptor: try CheckCatalogue.descriptor(id: "fairness.\(rate.rawValue)"), column: column, privileged: privileged,
                value: overall.value, interval: overall.interval, measure: rate.rawValue,
                groups: names.indices.map { group in
                    let proportion = rate.proportion(of: after[group])
                    return CheckResult.Group(
                        group: names[group], count: after[group].rowCount, value: proportion.value, interval: proportion.interval)
                }, rows: rows, excluded: excluded,
                undefined: overall.value == nil ? "no row has what the rate is over" : nil)
            result.details["before"] = before.flatMap { rate.proportion(of: Self.sum($0)).value }.map { .number($0) }
            results.append(result)
        }
        return results
    }
}
