import AssayStore
import AssayTerms

/// The history of one metric as MLflow's file store keeps it: one point a line, `time value [step [dataset digest]]`, or, in a
/// logged model, `time value step run [dataset digest]`.
struct MetricFile {
    /// The lines that are no points, from 1.
    private(set) var badLines: [Int] = []
    private(set) var points: [(point: MetricSeries.Point, rest: [Substring])] = []

    init(_ text: String) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            if parts.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) { continue }
            guard parts.count >= 2, let time = Int64(parts[0]), let value = Double(parts[1]),
                let step = parts.count > 2 ? Int64(parts[2].trimmed) : 0
            else {
                badLines.append(index + 1)
                continue
            }
            points.append((MetricSeries.Point(timestamp: time, step: step, value: value), parts.dropFirst(3).map { $0 }))
        }
    }

    /// Sorted, each point once.
    var history: [MetricSeries.Point] {
        var history: [MetricSeries.Point] = []
        for point in points.map(\.point).sorted() where point != history.last { history.append(point) }
        return history
    }

    /// Of the words after a model's point: its run, and the dataset, whose name may have blanks.
    static func modelWords(_ rest: [Substring]) -> (run: Text, dataset: Text?, digest: Text?)? {
        guard let run = rest.first, !run.isEmpty else { return nil }
        guard rest.count >= 3 else { return (Text(String(run)), nil, nil) }
        return (Text(String(run)), Text(rest[1..<(rest.count - 1)].joined(separator: " ")), Text(String(rest[rest.count - 1])))
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
