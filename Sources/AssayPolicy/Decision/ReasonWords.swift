/// Which reasons of checks get their sentence: over a thousand models most are read by nobody.
package enum ReasonWords: Sendable {
    case all
    /// Only where a requirement is not met.
    case unmet
    case none
}
