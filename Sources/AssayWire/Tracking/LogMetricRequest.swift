package import AssayTerms

package struct LogMetricRequest: Sendable {
    package let runID: Text
    package let point: MetricPoint

    package init(_ fields: RequestFields) throws(AssayError) {
        runID = try fields.runID()
        point = try MetricPoint(fields)
        try TrackingRules.checkMetric(point, path: "")
    }
}

extension MetricPoint {
    /// Reads a metric's fields; the name and the time are checked by ``TrackingRules/checkMetric(_:path:)``.
    init(_ fields: RequestFields) throws(AssayError) {
        let key = try fields.requiredText("key")
        guard let value = try fields.number("value") else { throw RequestFields.missing(fields.name("value")) }
        guard let timestamp = try fields.integer("timestamp") else { throw RequestFields.missing(fields.name("timestamp")) }
        self.init(
            key: key, value: value, timestamp: timestamp, step: try fields.integer("step") ?? 0,
            modelID: try fields.nonEmpty("model_id"), datasetName: try fields.nonEmpty("dataset_name"),
            datasetDigest: try fields.nonEmpty("dataset_digest"))
    }
}

extension RequestFields {
    func nonEmpty(_ field: String) throws(AssayError) -> Text? {
        let text = try text(field)
        return text?.isEmpty ?? true ? nil : text
    }
}
