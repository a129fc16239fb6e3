package import AssayTerms

package struct SearchRunsRequest: Sendable {
    /// `nil` for all.
    package let experiments: [Int64]?
    package let query: SearchQuery
    private let search: [Text]

    /// - Parameter allWithoutIDs: a request that names no experiments means all of them, not none.
    package init(_ fields: RequestFields, allWithoutIDs: Bool = false) throws(AssayError) {
        let written = try fields.texts("experiment_ids")
        var ids: [Int64] = []
        let filter = try fields.text("filter") ?? ""
        let order = try fields.texts("order_by")
        let view = try ViewType(fields, "run_view_type")
        search = ["runs", filter, Text(view.rawValue), Text("\(order.count)")] + order + written
        let token = try fields.text("page_token") ?? ""
        query = SearchQuery(
            clauses: try SearchGrammar.runs.clauses(filter), order: try SearchGrammar.runOrders.orders(order), view: view,
            limit: try TrackingRules.limit(fields, standard: 1_000),
            after: token.isEmpty ? nil : try PageToken.decode(token, search: search))
        for id in written { ids.append(try TrackingRules.experimentID(id)) }
        experiments = ids.isEmpty && allWithoutIDs ? nil : ids
    }

    package func token(_ position: SearchPosition?) -> Text? { position.map { PageToken.encode($0, search: search) } }
}
