import AssayRecords
import AssayServing
import AssayTerms
import Synchronization

/// What a gateway did, in numbers for Prometheus (text format 0.0.4): base units, one series a version and protocol.
///
/// Only versions that are or were served have series, so that requests for made-up names make none. Labels hold names of models, which are
/// no secrets to whoever may ask; nothing of a request's rows is counted.
final class GatewayMetrics: Sendable {
    struct Key: Hashable, Comparable {
        let model: Text
        let version: Int
        /// `mlflow` or `inference`.
        let form: String

        static func < (first: Key, second: Key) -> Bool {
            (first.model, first.version, first.form) < (second.model, second.version, second.form)
        }
    }

    private struct Series {
        /// By HTTP status.
        var answers: [Int: UInt64] = [:]
        /// By upper bound, the last without one; not cumulative.
        var buckets = [UInt64](repeating: 0, count: GatewayMetrics.bounds.count + 1)
        var seconds = 0.0
        /// Answers beyond the statement's end.
        var offline: UInt64 = 0
    }

    private struct State {
        var series: [Key: Series] = [:]
        /// Requests for what is not served.
        var unserved: UInt64 = 0
        var rules = RuleSeries()
    }

    /// In seconds.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private let state = Mutex(State())

    /// Counts which rules hit how many rows of an answer.
    func note(rulesOf scored: [ScoredRows], model: Text) {
        guard scored.contains(where: { $0.findings != nil }) else { return }
        let counts = RuleFindings.counts(scored)
        let rows = scored.reduce(0) { $0 + $1.rowCount }
        state.withLock { $0.rules.note(counts, rows: rows, model: model) }
    }

    /// Seconds of a clock that only goes forward.
    static func now() -> Double {
        SystemClock.seconds()
    }

    func note(_ key: Key, status: Int, seconds: Double) {
        let place = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.series[key, default: Series()].answers[status, default: 0] += 1
            state.series[key, default: Series()].buckets[place] += 1
            state.series[key, default: Series()].seconds += seconds
        }
    }

    func noteOffline(_ key: Key) { state.withLock { $0.series[key, default: Series()].offline += 1 } }

    func noteUnserved() { state.withLock { $0.unserved += 1 } }

    /// - Parameter served: what is served at this moment.
    func text(_ served: [Text: GatewayTable.Model], records: RecordSpool.Counts? = nil) -> String {
        let (series, unserved, rules) = state.withLock { ($0.series.sorted { $0.key < $1.key }, $0.unserved, $0.rules) }
        var lines: [String] = []
        func begin(_ name: String, _ kind: String, _ help: String) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"]
        }
        begin("assay_gateway_info", "gauge", "The program that answers.")
        lines.append("assay_gateway_info{version=\"\(AssayVersion.current)\"} 1")
        begin("assay_gateway_requests_total", "counter", "Requests answered by a version, by protocol and HTTP status.")
        for (key, one) in series {
            for (status, count) in one.answers.sorted(by: { $0.key < $1.key }) {
                lines.append("assay_gateway_requests_total{\(Self.labels(key)),code=\"\(status)\"} \(count)")
            }
        }
        lines += rules.lines
        begin("assay_gateway_offline_answers_total", "counter", "Answers after the end of a statement, while the registry was away and the policy let it.")
        for (key, one) in series where one.offline > 0 { lines.append("assay_gateway_offline_answers_total{\(Self.labels(key))} \(one.offline)") }
        begin("assay_gateway_unserved_requests_total", "counter", "Requests for a model, version or place that is not served.")
        lines.append("assay_gateway_unserved_requests_total \(unserved)")
        begin("assay_gateway_request_duration_seconds", "histogram", "From the body's last byte to the answer.")
        for (key, one) in series {
            var count: UInt64 = 0
            for (bound, bucket) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], one.buckets) {
                count += bucket
                lines.append("assay_gateway_request_duration_seconds_bucket{\(Self.labels(key)),le=\"\(bound)\"} \(count)")
            }
            lines.append("assay_gateway_request_duration_seconds_sum{\(Self.labels(key))} \(one.seconds)")
            lines.append("assay_gateway_request_duration_seconds_count{\(Self.labels(key))} \(count)")
        }
        if let records {
            let counters = [
                ("assay_gateway_records_kept_total", "Requests whose record was kept before they were answered.", records.kept),
                ("assay_gateway_records_lost_total", "Requests whose record could not be kept.", records.lost),
                ("assay_gateway_record_rows_shipped_total", "Recorded rows that the server has.", records.shipped),
            ]
            for (name, help, value) in counters {
                begin(name, "counter", help)
                lines.append("\(name) \(value)")
            }
            begin("assay_gateway_records_waiting_bytes", "gauge", "Bytes of records that the server does not have yet.")
            lines.append("assay_gateway_records_waiting_bytes \(records.waitingBytes)")
            begin("assay_gateway_records_refused_bytes", "gauge", "Bytes of records that were put aside: refused by the server, or damaged.")
            lines.append("assay_gateway_records_refused_bytes \(records.refusedBytes)")
        }
        let models = served.sorted { $0.key < $1.key }
        begin("assay_gateway_place", "gauge", "Which version holds a place.")
        for (name, model) in models {
            for (place, version) in model.places.sorted(by: { $0.key < $1.key }) {
                lines.append("assay_gateway_place{model=\"\(Self.escaped(name))\",place=\"\(Self.escaped(place))\",version=\"\(version)\"} 1")
            }
        }
        begin("assay_gateway_statement_end_timestamp_seconds", "gauge", "When a version's deployment statement ends, unless it is renewed.")
        for (name, model) in models {
            for version in model.versions.sorted(by: { $0.number < $1.number }) {
                lines.append(
                    "assay_gateway_statement_end_timestamp_seconds{model=\"\(Self.escaped(name))\",version=\"\(version.number)\"} \(version.statement.notAfter)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func labels(_ key: Key) -> String {
        "model=\"\(escaped(key.model))\",version=\"\(key.version)\",protocol=\"\(key.form)\""
    }

    static func escaped(_ text: Text) -> String {
        text.string.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
