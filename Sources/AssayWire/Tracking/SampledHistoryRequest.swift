package import AssayTerms

/// A metric of several runs, thinned out for a chart.
package struct SampledHistoryRequest: Sendable {
    private static let runLimit = 100
    private static let pointLimit: Int64 = 2_500

    package let runIDs: [Text]
    package let key: Text
    package let steps: ClosedRange<Int64>?
    package let limit: Int

    package init(_ fields: RequestFields) throws(AssayError) {
        runIDs = try fields.texts("run_ids")
        guard !runIDs.isEmpty else { throw RequestFields.missing("run_ids") }
        guard runIDs.count <= Self.runLimit else {
            throw AssayError(
                .invalidArgument,
                "GetMetricHistoryBulkInterval request must specify at most \(Self.runLimit) run_ids. Received \(runIDs.count) run_ids. See the API docs for more information about request parameters.")
        }
        key = try fields.requiredText("metric_key")
        let asked = try fields.integer("max_results") ?? Self.pointLimit
        guard (1...Self.pointLimit).contains(asked) else {
            throw AssayError(
                .invalidArgument,
                "max_results must be between 1 and \(Self.pointLimit). See the API docs for more information about request parameters.")
        }
        limit = Int(asked)
        switch (try fields.integer("start_step"), try fields.integer("end_step")) {
        case (nil, nil): steps = nil
        case (let start?, let end?):
            guard start <= end else {
                throw AssayError(
                    .invalidArgument,
                    "end_step must be greater than start_step. Found start_step=\(start) and end_step=\(end).")
            }
            steps = start...end
        default:
            throw AssayError(
                .invalidArgument, "If either start step or end step are specified, both must be specified.")
        }
    }
}
