import AssayMetrics
import AssayTerms

/// A measure compared over groups: what stands behind `fairness.`.
///
/// `fairness.<measure>` lists the values by group and answers that of all rows; `fairness.<measure>_<aggregate>` is the
/// comparison. Fairlearn's own names of generated metrics (`accuracy_score_group_min`) stand beside them.
struct GroupMeasure: Sendable {
    let id: String
    let measure: PerformanceMeasure
    /// `nil` for the values themselves.
    let aggregate: GroupComparison.Aggregate?
    /// The peer's function.
    let source: String

    static let all: [GroupMeasure] = own + fairlearn

    static func named(_ id: String) -> GroupMeasure? { all.first { $0.id == id } }

    private static let own: [GroupMeasure] = PerformanceMeasure.comparable.flatMap { measure -> [GroupMeasure] in
        let frame = "Fairlearn 0.15 fairlearn.metrics.MetricFrame"
        let own = GroupMeasure(
            id: "fairness.\(measure.name)", measure: measure, aggregate: nil, source: "\(frame).by_group of \(measure.source)")
        return [own]
            + GroupComparison.Aggregate.allCases.map { aggregate in
                GroupMeasure(
                    id: "fairness.\(measure.name)_\(aggregate.rawValue)", measure: measure, aggregate: aggregate,
                    source: "\(frame).\(method(aggregate)) of \(measure.source)")
            }
    }

    private static func method(_ aggregate: GroupComparison.Aggregate) -> String {
        switch aggregate {
        case .difference: "difference(method=\"between_groups\")"
        case .ratio: "ratio(method=\"between_groups\")"
        case .groupMin: "group_min()"
        case .groupMax: "group_max()"
        case .differenceToOverall: "difference(method=\"to_overall\")"
        case .ratioToOverall: "ratio(method=\"to_overall\")"
        }
    }

    /// Fairlearn's generated metrics whose names are not ours already.
    private static let fairlearn: [GroupMeasure] = [
        generated("accuracy_score", "accuracy", [.difference, .ratio, .groupMin]),
        generated("balanced_accuracy_score", "balanced_accuracy", [.groupMin]),
        generated("precision_score", "precision", [.groupMin]),
        generated("recall_score", "recall", [.groupMin]),
        generated("roc_auc_score", "roc_auc", [.groupMin]),
        generated("mean_absolute_error", "mae", [.groupMax]),
        generated("mean_squared_error", "mse", [.groupMax]),
        generated("r2_score", "r2", [.groupMin]),
        generated("f1_score", "f1", [.groupMin]),
    ].flatMap { $0 }

    private static func generated(
        _ function: String, _ name: String, _ aggregates: [GroupComparison.Aggregate]
    ) -> [GroupMeasure] {
        PerformanceMeasure.named(name).map { measure in
            aggregates.map { aggregate in
                let own = "\(function)_\(aggregate.rawValue)"
                return GroupMeasure(
                    id: "fairness.\(own)", measure: measure, aggregate: aggregate,
                    source: "Fairlearn 0.15 fairlearn.metrics.\(own)")
            }
        } ?? []
    }
}
