/// A page of a sorted result.
package struct SearchPage<Item: Sendable>: Sendable {
    package var items: [Item]
    /// Where the next page begins; `nil` when there is none.
    package var next: SearchPosition?

    package init(items: [Item], next: SearchPosition?) {
        self.items = items
        self.next = next
    }

    package func map<Other: Sendable>(_ transform: (Item) throws -> Other) rethrows -> SearchPage<Other> {
        SearchPage<Other>(items: try items.map(transform), next: next)
    }
}
