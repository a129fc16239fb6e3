package import AssayTerms

/// A search of registered models or of model versions.
package struct RegistrySearchRequest: Sendable {
    package let query: SearchQuery
    /// Whether prompts are asked for, which the registry keeps as models with a tag, instead of models.
    package let prompts: Bool
    private let search: [Text]

    private static let promptKey: Text = "mlflow.prompt.is_prompt"

    package static func models(_ fields: RequestFields) throws(AssayError) -> RegistrySearchRequest {
        try RegistrySearchRequest(
            fields, kind: "registered-models", filters: .registeredModels, orders: .registeredModelOrders, standard: 100,
            most: 1_000, order: [])
    }

    package static func versions(_ fields: RequestFields) throws(AssayError) -> RegistrySearchRequest {
        if let asked = try fields.integer("max_results"), asked < 1 {
            throw AssayError(
                .invalidArgument, "Invalid value for max_results. It must be a positive integer, but got \(asked)")
        }
        return try RegistrySearchRequest(
            fields, kind: "model-versions", filters: .modelVersions, orders: .modelVersionOrders, standard: 10_000,
            most: 200_000, order: [SearchOrder(entity: .attribute, key: "last_updated_timestamp", ascending: false)])
    }

    private init(
        _ fields: RequestFields, kind: Text, filters: SearchGrammar, orders: SearchGrammar, standard: Int64, most: Int64,
        order standing: [SearchOrder]
    ) throws(AssayError) {
        let filter = try fields.text("filter") ?? ""
        let order = try fields.texts("order_by")
        search = [kind, filter] + order
        var clauses: [SearchClause] = []
        var prompts: Bool?
        for clause in try filters.clauses(filter) {
            if clause.entity == .tag, clause.key == Self.promptKey {
                // The first such clause decides, as in MLflow; it is no ordinary tag, which models would have to carry.
                if prompts == nil { prompts = Self.asksForPrompts(clause) }
            } else {
                clauses.append(clause)
            }
        }
        self.prompts = prompts ?? false
        let token = try fields.text("page_token") ?? ""
        let written = try orders.orders(order)
        query = SearchQuery(
            clauses: clauses, order: written.isEmpty ? standing : written,
            limit: try TrackingRules.limit(fields, standard: standard, most: most),
            after: token.isEmpty ? nil : try PageToken.decode(token, search: search))
    }

    private static func asksForPrompts(_ clause: SearchClause) -> Bool {
        guard case .text(let value) = clause.value else { return false }
        return clause.comparator == .equal && value.string.lowercased() == "true"
            || clause.comparator == .notEqual && value.string.lowercased() == "false"
    }

    package func token(_ position: SearchPosition?) -> Text? { position.map { PageToken.encode($0, search: search) } }
}
