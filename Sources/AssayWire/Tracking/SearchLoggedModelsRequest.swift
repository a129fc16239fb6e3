package import AssayTerms

package struct SearchLoggedModelsRequest: Sendable {
    package let experiments: [Int64]
    package let query: SearchQuery
    /// Names, with digests where the client gave them.
    package let datasets: [(name: Text, digest: Text?)]
    private let search: [Text]

    package init(_ fields: RequestFields) throws(AssayError) {
        guard try fields.has("experiment_ids") else { throw RequestFields.missing("experiment_ids") }
        let written = try fields.texts("experiment_ids")
        var ids: [Int64] = []
        for id in written { ids.append(try TrackingRules.experimentID(id)) }
        experiments = ids
        let filter = try fields.text("filter") ?? ""
        var search: [Text] = ["models", filter, Text("\(written.count)")] + written
        var datasets: [(name: Text, digest: Text?)] = []
        for dataset in try fields.objects("datasets") {
            guard let name = try dataset.nonEmpty("dataset_name") else {
                throw AssayError(.invalidArgument, "`dataset_name` in the `datasets` clause must be specified.")
            }
            datasets.append((name, try dataset.nonEmpty("dataset_digest")))
            search += ["dataset", name, datasets.last?.digest ?? ""]
        }
        self.datasets = datasets
        var orders: [SearchOrder] = []
        for order in try fields.objects("order_by") {
            orders.append(try SearchOrder(order))
            search += ["order", try order.text("field_name") ?? "", orders.last?.ascending ?? true ? "" : "DESC"]
        }
        self.search = search
        let isZero = try fields.integer("max_results") == 0
        let token = try fields.text("page_token") ?? ""
        query = SearchQuery(
            clauses: try SearchGrammar.loggedModels.clauses(filter), order: orders,
            limit: isZero ? 100 : try TrackingRules.limit(fields, standard: 100, isInSchema: false),
            after: token.isEmpty ? nil : try PageToken.decode(token, search: search))
    }

    package func token(_ position: SearchPosition?) -> Text? { position.map { PageToken.encode($0, search: search) } }
}

extension SearchOrder {
    init(_ fields: RequestFields) throws(AssayError) {
        let name = try SearchGrammar.loggedModels.field(try fields.text("field_name") ?? "")
        self.init(
            entity: name.entity, key: name.key, ascending: try fields.bool("ascending") ?? true,
            datasetName: try fields.nonEmpty("dataset_name"), datasetDigest: try fields.nonEmpty("dataset_digest"))
    }
}
