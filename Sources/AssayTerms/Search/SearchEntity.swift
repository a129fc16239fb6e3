/// What a search clause or an order looks at.
package enum SearchEntity: String, Sendable, CaseIterable {
    case attribute
    case metric
    case parameter
    case tag
    case dataset
}
