package import AssayTerms

/// A page of a list that has one order: newest first.
package struct NewestFirstRequest: Sendable {
    package let limit: Int
    package let after: SearchPosition?
    private let list: [Text]

    /// - Parameter list: what is listed, so that its tokens are refused elsewhere.
    package init(_ fields: RequestFields, list: [Text]) throws(AssayError) {
        self.list = list
        // As in MLflow, 0 is the same as leaving it out.
        let asked = try fields.integer("max_results") ?? 0
        guard (0...1_000).contains(asked) else {
            throw AssayError(.invalidArgument, "max_results must be between 1 and 1000.")
        }
        limit = asked == 0 ? 100 : Int(asked)
        let token = try fields.text("page_token") ?? ""
        after = token.isEmpty ? nil : try PageToken.decode(token, search: list)
    }

    package func token(_ position: SearchPosition?) -> Text? { position.map { PageToken.encode($0, search: list) } }
}
