package import AssayTerms

package struct MetricHistoryRequest: Sendable {
    package let runID: Text
    package let key: Text
    package let limit: Int
    package let after: SearchPosition?
    private let search: [Text]

    package init(_ fields: RequestFields) throws(AssayError) {
        runID = try fields.runID()
        key = try fields.requiredText("metric_key")
        search = ["history", runID, key]
        let asked = try fields.integer("max_results")
        if let asked, asked <= 0 {
            throw AssayError(
                .invalidArgument,
                "Invalid value \(asked) for parameter 'max_results' supplied. It must be a positive integer.")
        }
        limit = asked.flatMap { Int(exactly: $0) } ?? .max
        let token = try fields.text("page_token") ?? ""
        after = token.isEmpty ? nil : try PageToken.decode(token, search: search)
    }

    package func token(_ position: SearchPosition?) -> Text? { position.map { PageToken.encode($0, search: search) } }
}
