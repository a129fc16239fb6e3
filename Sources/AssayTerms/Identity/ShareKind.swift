/// What can be shared with single users. The raw values are stored.
package enum ShareKind: String, Sendable, CaseIterable {
    case experiment
    case model
}
