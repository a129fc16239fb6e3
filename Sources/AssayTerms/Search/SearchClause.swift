/// One comparison of a search filter; a filter is a list of them, all of which must hold.
package struct SearchClause: Hashable, Sendable {
    package let entity: SearchEntity
    /// An attribute's canonical name, or the key of a metric, param or tag.
    package let key: Text
    package let comparator: SearchComparator
    /// `.null` exactly for `IS NULL` and `IS NOT NULL`, `.list` exactly for `IN` and `NOT IN`.
    package let value: SearchValue

    package init(entity: SearchEntity, key: Text, comparator: SearchComparator, value: SearchValue) {
        self.entity = entity
        self.key = key
        self.comparator = comparator
        self.value = value
    }
}
