/// How much may depend on a model, from its signed classification.
package enum Tier: String, Sendable, CaseIterable {
    case low, moderate, high
    /// A use that no evidence makes acceptable: every gate says no.
    case prohibited
}
