/// The name of a role. What holding it allows stands in its ``RoleDefinition``.
package struct Role: Hashable, Sendable, Comparable, RawRepresentable {
    /// 1 to 64 of `a-z 0-9 _ -`, beginning with a letter: written into addresses, policies and the log as they are.
    package let rawValue: String

    package init?(rawValue: String) {
        let bytes = Array(rawValue.utf8)
        let isGood = bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D }
        guard (1...64).contains(bytes.count), isGood, (0x61...0x7A).contains(bytes[0]) else { return nil }
        self.rawValue = rawValue
    }

    private init(shipped name: StaticString) { rawValue = "\(name)" }

    package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }

    package static let admin = Role(shipped: "admin")
    package static let executive = Role(shipped: "executive")
    package static let dataScientist = Role(shipped: "data_scientist")
    package static let validator = Role(shipped: "validator")
    package static let dataEngineer = Role(shipped: "data_engineer")
    package static let devops = Role(shipped: "devops")
    package static let security = Role(shipped: "security")
    package static let compliance = Role(shipped: "compliance")
    package static let ethicsCommittee = Role(shipped: "ethics_committee")
    package static let product = Role(shipped: "product")
    package static let riskManager = Role(shipped: "risk_manager")
    package static let auditor = Role(shipped: "auditor")
    package static let externalAuditor = Role(shipped: "external_auditor")
    package static let endUser = Role(shipped: "end_user")
    package static let gateway = Role(shipped: "gateway")
    package static let affectedPerson = Role(shipped: "affected_person")
}
