/// The roles Assay ships. A person may hold several, and fills one slot of a request.
package enum Role: String, Sendable, CaseIterable, Comparable {
    /// Users, tokens, roles; fills no approval.
    case admin
    /// Logs, registers, requests, adopts.
    case dataScientist = "data_scientist"
    /// Publishes policies, approves, waives.
    case validator
    /// Publishes policies, approves, waives.
    case compliance
    /// Reads everything.
    case auditor

    package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }

    /// What holding the role allows, beside reading, which every named user may.
    package var permissions: Set<Permission> {
        switch self {
        case .admin: [.read, .administer]
        case .dataScientist: [.read, .log, .register, .request, .adopt]
        case .validator, .compliance: [.read, .request, .publish, .approve, .waive]
        case .auditor: [.read, .audit]
        }
    }
}
