/// What a route asks of its caller. Every route declares exactly one; a route without one does not exist.
package enum Permission: String, Sendable, CaseIterable {
    /// Health and version: everyone, at any time.
    case open
    /// Runs, models, evidence, requests, the published log.
    case read
    /// Create and change experiments, runs and artifacts.
    case log
    /// Create and change registered models and versions; the gate decides about stages and aliases.
    case register
    /// Ask for a promotion.
    case request
    /// Take responsibility for anonymous work.
    case adopt
    case publish
    case approve
    case waive
    /// Read payloads and the access log.
    case audit
    /// Users, tokens and roles.
    case administer
}
