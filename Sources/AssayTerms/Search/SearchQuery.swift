/// A search as the store runs it: every clause must hold, sorted by `order` and then by what makes places unique.
package struct SearchQuery: Hashable, Sendable {
    package var clauses: [SearchClause]
    package var order: [SearchOrder]
    package var view: ViewType
    /// At least 1.
    package var limit: Int
    /// Where the page before ended.
    package var after: SearchPosition?

    package init(
        clauses: [SearchClause] = [], order: [SearchOrder] = [], view: ViewType = .activeOnly, limit: Int,
        after: SearchPosition? = nil
    ) {
        self.clauses = clauses
        self.order = order
        self.view = view
        self.limit = limit
        self.after = after
    }
}
