import AssayRecords
import AssayTerms
import AssayWorkflows

extension Scope {
    static let queriedModel = objects("model") { [.model(try PredictionRoutes.modelName($0))] }
    /// Of a segment of records, which names its model in its head.
    static let segmentModel = objects("model") { [.model(try SegmentReader.model(of: $0.body))] }
}
