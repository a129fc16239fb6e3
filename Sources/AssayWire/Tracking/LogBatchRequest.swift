package import AssayTerms

package struct LogBatchRequest: Sendable {
    package let runID: Text
    package let batch: RunBatch

    /// - Throws: `unreadable` for what is no JSON object, `invalidArgument` for the first field that is missing, of a wrong
    ///   type, or not allowed.
    package init(body: [UInt8]) throws(AssayError) {
        if let read = LoggedMetrics.batch(body), let runID = read.runID {
            try self.init(runID, read.metrics, read.params, read.tags)
        } else {
            try self.init(RequestFields(body: body))
        }
    }

    package init(_ fields: RequestFields) throws(AssayError) {
        let runID = try fields.runID(orUUID: false)
        var metrics: [MetricPoint] = []
        for metric in try fields.objects("metrics") { metrics.append(try MetricPoint(metric)) }
        try self.init(runID, metrics, fields.pairs("params"), fields.pairs("tags"))
    }

    private init(_ runID: Text, _ metrics: [MetricPoint], _ params: [KeyValue], _ tags: [KeyValue]) throws(AssayError) {
        try TrackingRules.checkRunID(runID)
        for (index, point) in metrics.enumerated() { try TrackingRules.checkMetric(point, path: "metrics[\(index)]") }
        var batch = RunBatch(metrics: metrics)
        for (index, pair) in params.enumerated() {
            batch.params.append(try TrackingRules.param(pair, path: "params[\(index)]"))
        }
        for (index, pair) in tags.enumerated() { batch.tags.append(try TrackingRules.tag(pair, path: "tags[\(index)]")) }
        try Self.checkSizes(batch)
        try Self.checkParamsUnique(batch.params)
        self.runID = runID
        self.batch = batch
    }

    private static func checkSizes(_ batch: RunBatch) throws(AssayError) {
        let total = batch.metrics.count + batch.params.count + batch.tags.count
        for (what, count, limit) in [
            ("metrics", batch.metrics.count, TrackingRules.batchMetricLimit),
            ("params", batch.params.count, TrackingRules.batchPairLimit),
            ("tags", batch.tags.count, TrackingRules.batchPairLimit),
            ("metrics, params, and tags", total, TrackingRules.batchLimit),
        ] where count > limit {
            throw AssayError(
                .invalidArgument,
                "A batch logging request can contain at most \(limit) \(what). Got \(count) \(what). Please split up \(what) across multiple requests and try again.")
        }
    }

    private static func checkParamsUnique(_ params: [KeyValue]) throws(AssayError) {
        var seen: Set<Text> = []
        let repeated = params.filter { !seen.insert($0.key).inserted }.map(\.key.pythonLiteral)
        guard repeated.isEmpty else {
            throw AssayError(
                .invalidArgument,
                "Duplicate parameter keys have been submitted: [\(repeated.joined(separator: ", "))]. Please ensure the request contains only one param value per param key.")
        }
    }
}
