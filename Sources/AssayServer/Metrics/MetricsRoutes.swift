import AssayTerms
package import AssayWorkflows
import HTTPTypes

extension MetricFamily {
    /// Requests of the server, by method and HTTP status.
    static let requests = MetricFamily(
        "assay_http_requests_total", .counter, "Requests answered, by method and HTTP status.", labels: ["method", "code"], seriesLimit: 500)
    static let requestSeconds = MetricFamily(
        "assay_http_request_duration_seconds", .histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
        "From a request's head to the beginning of its answer.", labels: ["method"], seriesLimit: 16)

    fileprivate static let info = MetricFamily("assay_info", .gauge, "The program that answers.", labels: ["version"])
    fileprivate static let firing = MetricFamily(
        "assay_alerts_firing", .gauge, "Alerts that fire now, by model and severity.", labels: ["model", "severity"])
    fileprivate static let waiting = MetricFamily(
        "assay_alert_deliveries_waiting", .gauge, "Messages that a receiver has not taken yet.", labels: ["receiver"])
    fileprivate static let dropped = MetricFamily(
        "assay_metrics_dropped_total", .counter, "Numbers left out because a family had too many series.")
}

/// `/metrics`, for Prometheus. Labels hold names of models and receivers, so whoever asks may read everything.
package func metricsRoutes(_ governance: Governance) -> [Route] {
    let useCases = governance.useCases
    return [
        Route("GET", "/metrics", .read) { exchange in
            let format = MetricsText.Format(accept: exchange.headers[.accept])
            var text = MetricsText(format)
            text.add(.info, [([Text(AssayVersion.current)], 1)])
            let (firing, waiting) = try await useCases.alertNumbers()
            text.add(.firing, firing.map { ([$0.model, Text($0.severity.rawValue)], Double($0.count)) })
            text.add(.waiting, waiting.map { ([$0.receiver], Double($0.count)) })
            try await RolloutNumbers.add(to: &text, governance)
            let (families, dropped) = useCases.metrics.snapshot()
            for (family, series) in families { text.add(family, series) }
            text.add(.dropped, [([], Double(dropped))])
            ProcessNumbers.add(to: &text)
            return Reply(contentType: format.contentType, body: .bytes(Array(text.text.utf8)))
        }
    ]
}
