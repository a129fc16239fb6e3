package import AssayTerms

/// How far a waiver goes in each tier: for how long, and by whom. These are the platform's defaults, in which a higher tier never
/// asks for less; a prohibited use has none.
package struct WaiverRule: Hashable, Sendable {
    package let days: Int64
    /// Roles of which the two have to hold one each; any role that may waive where there are none.
    package let roles: [Text]

    /// What no waiver outlasts, whatever the tier.
    package static let longestDays: Int64 = 90

    /// Two people everywhere; what nobody classified is taken as moderate.
    package static func rule(for tier: Tier?) -> WaiverRule? {
        switch tier {
        case .low: WaiverRule(days: 90, roles: [])
        case .moderate, nil: WaiverRule(days: 60, roles: [])
        case .high: WaiverRule(days: 30, roles: ["compliance", "executive"])
        case .prohibited: nil
        }
    }
}
