/// A value in a search clause or at a place in a sorted list.
package enum SearchValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case number(Double)
    case text(Text)
    case list([Text])
}
