package import AssayTerms

package struct CreateLoggedModelRequest: Sendable {
    package let experimentID: Int64
    /// Empty when the server chooses.
    package let name: Text
    package let modelType: Text
    package let sourceRunID: Text
    package let params: [KeyValue]
    package let tags: [KeyValue]

    package init(_ fields: RequestFields) throws(AssayError) {
        experimentID = try TrackingRules.experimentID(try fields.requiredText("experiment_id"))
        name = try fields.text("name") ?? ""
        modelType = try fields.text("model_type") ?? ""
        sourceRunID = try fields.text("source_run_id") ?? ""
        params = try fields.pairs("params")
        tags = try fields.pairs("tags")
        guard name.utf8.allSatisfy({ !"/:.%\"'".utf8.contains($0) }) else {
            throw AssayError(
                .invalidArgument,
                "Invalid model name (\(name.pythonLiteral)) provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")")
        }
    }
}
