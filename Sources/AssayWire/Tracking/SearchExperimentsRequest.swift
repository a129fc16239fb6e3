package import AssayTerms

package struct SearchExperimentsRequest: Sendable {
    package let query: SearchQuery
    private let search: [Text]

    package init(_ fields: RequestFields) throws(AssayError) {
        let filter = try fields.text("filter") ?? ""
        let order = try fields.texts("order_by")
        let view = try ViewType(fields, "view_type")
        search = ["experiments", filter, Text(view.rawValue)] + order
        let token = try fields.text("page_token") ?? ""
        query = SearchQuery(
            clauses: try SearchGrammar.experiments.clauses(filter), order: try SearchGrammar.experiments.orders(order),
            view: view, limit: try TrackingRules.limit(fields, standard: nil, isInSchema: false),
            after: token.isEmpty ? nil : try PageToken.decode(token, search: search))
    }

    package func token(_ position: SearchPosition?) -> Text? { position.map { PageToken.encode($0, search: search) } }
}
