package import AssayTerms

/// Numbers as Prometheus reads them: its text format 0.0.4, or OpenMetrics 1.0 with exemplars.
package struct MetricsText: Sendable {
    package enum Format: Sendable {
        case prometheus, openMetrics

        package var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }

        /// OpenMetrics where `Accept` names it with a weight above 0, and the text format otherwise.
        package init(accept: String?) {
            let ranges = (accept ?? "").split(separator: ",").map { $0.split(separator: ";").map { part in part.trimmingSpaces } }
            let wanted = ranges.first { $0.first?.lowercased() == "application/openmetrics-text" }
            let isRefused = wanted?.contains { part in
                part.lowercased().hasPrefix("q=") && (Double(part.dropFirst(2)) ?? 1) == 0
            }
            self = wanted != nil && isRefused == false ? .openMetrics : .prometheus
        }
    }

    private let format: Format
    private var lines: [String] = []

    package init(_ format: Format) { self.format = format }

    package mutating func add(_ family: MetricFamily, _ series: [MetricsRegister.Series]) {
        // OpenMetrics names a counter's family without the ending that its series have.
        let base = family.kind == .counter && format == .openMetrics ? String(family.name.dropLast(6)) : family.name
        lines += ["# HELP \(base) \(Self.help(family.help))", "# TYPE \(base) \(family.kind.word)"]
        for one in series { add(family, one) }
    }

    /// One number of a family.
    package mutating func add(_ family: MetricFamily, _ values: [(labels: [Text], value: Double)]) {
        add(family, values.map { MetricsRegister.Series(labels: $0.labels, value: $0.value) })
    }

    private mutating func add(_ family: MetricFamily, _ series: MetricsRegister.Series) {
        let labels = zip(family.labels, series.labels).map { "\($0)=\"\(Self.escaped($1))\"" }
        guard case .histogram(let bounds) = family.kind else {
            lines.append("\(family.name)\(Self.braces(labels)) \(Self.number(series.value))")
            return
        }
        var count: UInt64 = 0
        for (place, bucket) in series.buckets.enumerated() {
            count += bucket
            let bound = place < bounds.count ? Self.number(bounds[place]) : "+Inf"
            var line = "\(family.name)_bucket\(Self.braces(labels + ["le=\"\(bound)\""])) \(count)"
            if format == .openMetrics, let (value, exemplar) = series.exemplars[place] {
                let seconds = Self.number(Double(exemplar.milliseconds) / 1_000)
                line += " # {\(exemplar.label)=\"\(Self.escaped(exemplar.value))\"} \(Self.number(value)) \(seconds)"
            }
            lines.append(line)
        }
        lines.append("\(family.name)_sum\(Self.braces(labels)) \(Self.number(series.value))")
        lines.append("\(family.name)_count\(Self.braces(labels)) \(count)")
    }

    /// The whole text, with the end that OpenMetrics asks for.
    package var text: String { (lines + (format == .openMetrics ? ["# EOF"] : [])).map { $0 + "\n" }.joined() }

    /// The shortest decimal form that is read back as the same number; `NaN`, `+Inf` and `-Inf` as both formats write them.
    package static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func braces(_ labels: [String]) -> String { labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}" }

    private static func escaped(_ text: Text) -> String {
        text.string.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func help(_ text: String) -> String { text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n") }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
