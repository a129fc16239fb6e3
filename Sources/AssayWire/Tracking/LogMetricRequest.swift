package import AssayTerms

package struct LogMetricRequest: Sendable {
    package let runID: Text
    package let point: MetricPoint

    /// - Throws: `unreadable` for what is no JSON object, `invalidArgument` for the first field that is missing, of a wrong
    ///   type, or not allowed.
    package init(body: [UInt8]) throws(AssayError) {
        if let read = LoggedMetrics.single(body) {
            try self.init(read.runID, read.point)
        } else {
            try self.init(RequestFields(body: body))
        }
    }

    package init(_ fields: RequestFields) throws(AssayError) {
        let runID = try fields.runID()
        try self.init(runID, MetricPoint(fields))
    }

    private init(_ runID: Text, _ point: MetricPoint) throws(AssayError) {
        try TrackingRules.checkMetric(point, path: "")
        self.runID = runID
        self.point = point
    }
}

extension MetricPoint {
    /// Reads a metric's fields; the name and the time are checked by ``TrackingRules/checkMetric(_:path:)``.
    package init(_ fields: RequestFields) throws(AssayError) {
        let key = try fields.requiredText("key")
        let value = try fields.requiredNumber("value")
        // An empty text for the time is of the wrong type in `log-metric`, and missing in a batch.
        guard let timestamp = try fields.path.isEmpty ? fields.integer("timestamp") : fields.requiredInteger("timestamp")
        else { throw RequestFields.missing(fields.name("timestamp")) }
        let (name, digest) = (try fields.nonEmpty("dataset_name"), try fields.nonEmpty("dataset_digest"))
        guard (name == nil) == (digest == nil) else {
            throw AssayError(
                .invalidArgument, "Both dataset_name and dataset_digest must be provided if one is provided")
        }
        self.init(
            key: key, value: value, timestamp: timestamp, step: try fields.integer("step") ?? 0,
            modelID: try fields.nonEmpty("model_id"), datasetName: name, datasetDigest: digest)
    }
}

extension RequestFields {
    func nonEmpty(_ field: String) throws(AssayError) -> Text? {
        let text = try text(field)
        return text?.isEmpty ?? true ? nil : text
    }
}
