import AssayMetrics
import AssayTerms

extension CheckCatalogue {
    /// Every measure by group, and its comparisons over groups.
    static let groupMeasures: [CheckDescriptor] = GroupMeasure.all.map { group in
        let measure = group.measure
        let bounds = bounds(measure, group.aggregate)
        return CheckDescriptor(
            id: group.id, convention: .fairlearn, direction: direction(measure, group.aggregate), kind: measure.kind,
            needs: needs(measure) + [.sensitive], sentence: sentence(measure, group.aggregate), source: group.source,
            least: bounds.least, greatest: bounds.greatest)
    }

    /// Whether a check of groups lists a measure's values instead of comparing them.
    package static func listsGroups(_ id: String) -> Bool { GroupMeasure.named(id).map { $0.aggregate == nil } ?? false }

    private static func direction(
        _ measure: PerformanceMeasure, _ aggregate: GroupComparison.Aggregate?
    ) -> CheckDescriptor.Direction {
        switch aggregate {
        case .difference, .differenceToOverall: .lowerIsBetter
        case .ratio, .ratioToOverall: .higherIsBetter
        case .groupMin, .groupMax, nil: measure.direction
        }
    }

    private static func bounds(
        _ measure: PerformanceMeasure, _ aggregate: GroupComparison.Aggregate?
    ) -> (least: Int?, greatest: Int?) {
        switch aggregate {
        case .difference, .differenceToOverall:
            guard let least = measure.least, let greatest = measure.greatest else { return (0, nil) }
            return (0, greatest - least)
        // A measure that can be negative has ratios of any sign.
        case .ratio, .ratioToOverall: return (measure.least.map { $0 < 0 ? nil : 0 } ?? nil, 1)
        case .groupMin, .groupMax, nil: return (measure.least, measure.greatest)
        }
    }

    private static func sentence(_ measure: PerformanceMeasure, _ aggregate: GroupComparison.Aggregate?) -> String {
        let name = measure.name.split(separator: "_").joined(separator: " ")
        return switch aggregate {
        case .difference: "The largest gap in \(name) between two groups; 0 is parity."
        case .ratio: "The lowest group's \(name) over the highest; 1 is parity."
        case .groupMin: "The lowest \(name) of any group."
        case .groupMax: "The highest \(name) of any group."
        case .differenceToOverall: "The largest gap in \(name) between a group and all rows."
        case .ratioToOverall: "The \(name) of the group farthest from all rows, as a ratio up to 1."
        case nil: measure.sentence
        }
    }

    /// Fairlearn's gaps of a binary decision.
    static let fairlearn: [CheckDescriptor] = [
        gap(
            "demographic_parity_difference", .lowerIsBetter,
            "The largest gap in selection rates between two groups; 0 is parity.", needs: [.prediction, .sensitive]),
        gap(
            "demographic_parity_ratio", .higherIsBetter,
            "The lowest group's selection rate over the highest; 1 is parity.", needs: [.prediction, .sensitive]),
        gap(
            "equalized_odds_difference", .lowerIsBetter,
            "The larger gap of true and of false positive rates between two groups."),
        gap(
            "equalized_odds_ratio", .higherIsBetter,
            "The smaller ratio of true and of false positive rates between two groups."),
        gap(
            "equal_opportunity_difference", .lowerIsBetter,
            "The largest gap in true positive rates between two groups; 0 is parity."),
        gap(
            "equal_opportunity_ratio", .higherIsBetter,
            "The lowest group's true positive rate over the highest; 1 is parity."),
    ]

    private static func gap(
        _ name: String, _ direction: CheckDescriptor.Direction, _ sentence: String,
        needs: [CheckDescriptor.Need] = [.label, .prediction, .sensitive]
    ) -> CheckDescriptor {
        CheckDescriptor(
            id: "fairness." + name, convention: .fairlearn, direction: direction, kind: .counted, needs: needs,
            sentence: sentence, source: "Fairlearn 0.15 fairlearn.metrics." + name, least: 0, greatest: 1)
    }
}
