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

    /// What only a person can do, whatever roles a program's account was given.
    package static let personal: Set<Permission> = [.request, .adopt, .publish, .approve, .waive, .administer]

    /// The names of permissions, in one order.
    package static func list(_ permissions: Set<Permission>) -> String {
        permissions.map(\.rawValue).sorted().joined(separator: " ")
    }
}
