import AssayMetrics
import AssayTerms

extension CheckEvaluator {
    /// The curves a measure of scores sums up, by name, each thinned: what a report draws. None for other measures, and none
    /// where a curve is undefined.
    func curves(_ measure: PerformanceMeasure, _ state: PerformanceState) -> [Text: Envelope.Parameter] {
        guard measure.input == .scores, let scores = state.scores else { return [:] }
        let all = ScoreCurves(scores)
        let curves: [(name: Text, points: [CurvePoint])] =
            switch measure.name {
            case "roc_auc": [("roc_curve", all.receiverOperating)]
            case "average_precision": [("precision_recall_curve", all.precisionRecall)]
            case "ece":
                [
                    ("calibration_curve_uniform", all.calibrationByWidth),
                    ("calibration_curve_quantile", all.calibrationByRows),
                ]
            case "gain_at_10": [("gains_curve", all.gains)]
            case "lift_at_10": [("lift_curve", all.lift)]
            default: []
            }
        var details: [Text: Envelope.Parameter] = [:]
        for (name, points) in curves where !points.isEmpty {
            details[name] = .list(CurveThinning.thinned(points).map(Self.point))
        }
        return details
    }

    private static func point(_ point: CurvePoint) -> Envelope.Parameter {
        var members: [Text: Envelope.Parameter] = ["x": .number(point.x), "y": .number(point.y)]
        members["threshold"] = point.threshold.map { .number($0) }
        members["rows"] = point.rows.map { .integer(Int64($0)) }
        return .object(members)
    }
}
