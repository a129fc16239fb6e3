import AssayJSON
import AssayTerms
import AssayWire
import AssayWorkflows

func metricRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/mlflow/runs/log-metric", .log, on: .runOfMetric) { exchange in
            let request = try LogMetricRequest(body: exchange.body)
            try await useCases.append(RunBatch(metrics: [request.point]), to: request.runID)
            return .nothing
        },
        Route("GET", "/mlflow/metrics/get-history", .read, on: .filtered) { exchange in
            let request = try MetricHistoryRequest(exchange.fields())
            let page = try await useCases.metricHistory(
                request.runID, key: request.key, after: request.after, limit: request.limit)
            return .json(
                TrackingAnswers.list("metrics", page.items.map(TrackingAnswers.metric), next: request.token(page.next)))
        },
        Route("GET", "/mlflow/metrics/get-history-bulk", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            let ids = try fields.texts("run_id")
            guard !ids.isEmpty else {
                throw AssayError(.invalidArgument, "GetMetricHistoryBulk request must specify at least one run_id.")
            }
            guard ids.count <= 100 else {
                throw AssayError(
                    .invalidArgument,
                    "GetMetricHistoryBulk request cannot specify more than 100 run_ids. Received \(ids.count) run_ids.")
            }
            guard let key = try fields.text("metric_key") else {
                throw AssayError(.invalidArgument, "GetMetricHistoryBulk request must specify a metric_key.")
            }
            let most: Int64 = 25_000
            let limit = try fields.integer("max_results") ?? most
            guard limit >= 0 else {
                throw AssayError(.invalidArgument, "Invalid value \(limit) for parameter 'max_results' supplied. It must not be negative.")
            }
            let points = try await useCases.metricHistories(ids, key: key, limit: Int(min(limit, most)))
            return .json(MetricChart.bytes(points))
        },
        Route("GET", "/mlflow/metrics/get-history-bulk-interval", .read, on: .filtered) { exchange in
            let request = try SampledHistoryRequest(exchange.fields())
            let points = try await useCases.sampledHistories(
                request.runIDs, key: request.key, steps: request.steps, limit: request.limit)
            return .json(TrackingAnswers.list("metrics", points.map(TrackingAnswers.metric)))
        },
    ]
}
