import AssayPages
import AssayTerms

/// The curves behind measures, as far as results hold them: lists of points under names of their own in `details`.
enum CurveFigures {
    private struct Kind {
        let title: String
        let xName: String
        let yName: String
        var hasDiagonal = false
        /// Curves by the names of their details, each with the name of its line.
        let lines: [(detail: Text, name: String)]
        /// Few points, each one a measurement.
        var isMarked = false
    }

    private static let kinds = [
        Kind(
            title: "ROC", xName: "false positive rate", yName: "true positive rate", hasDiagonal: true,
            lines: [("roc_curve", "ROC")]),
        Kind(
            title: "Calibration", xName: "mean score", yName: "share of positives", hasDiagonal: true,
            lines: [
                ("calibration_curve_uniform", "bins of equal width"), ("calibration_curve_quantile", "bins of equally many rows"),
            ], isMarked: true),
        Kind(
            title: "Precision and recall", xName: "recall", yName: "precision", lines: [("precision_recall_curve", "precision")]),
        Kind(
            title: "Gains", xName: "share of rows, highest scores first", yName: "share of positives found", hasDiagonal: true,
            lines: [("gains_curve", "gains")]),
        Kind(
            title: "Lift", xName: "share of rows, highest scores first", yName: "times as many positives as at random",
            lines: [("lift_curve", "lift")]),
    ]

    static func figures(_ results: [CheckResult]) -> [Report.Figure] {
        kinds.compactMap { kind in
            let lines = kind.lines.compactMap { line -> LineChart.Line? in
                guard let points = results.lazy.compactMap({ points($0.details[line.detail]) }).first else { return nil }
                return LineChart.Line(name: line.name, points: points, isMarked: kind.isMarked)
            }
            guard !lines.isEmpty else { return nil }
            let highest = lines.flatMap(\.points).map(\.y).max() ?? 1
            return .lines(
                LineChart(
                    title: kind.title, xName: kind.xName, yName: kind.yName, yScale: 0...max(1, highest), lines: lines,
                    hasDiagonal: kind.hasDiagonal))
        }
    }

    /// `nil` where the detail is no list of points.
    private static func points(_ detail: Envelope.Parameter?) -> [LineChart.Point]? {
        guard case .list(let list)? = detail, !list.isEmpty else { return nil }
        let points = list.compactMap { element -> LineChart.Point? in
            guard case .object(let members) = element, case .number(let x)? = members["x"], case .number(let y)? = members["y"]
            else { return nil }
            return LineChart.Point(x: x, y: y)
        }
        return points.count == list.count ? points : nil
    }
}
