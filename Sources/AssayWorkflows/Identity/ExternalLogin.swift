package import AssayTerms

/// Somebody whom an identity provider or a directory vouches for.
package struct ExternalLogin: Sendable {
    /// Who vouches: the provider's issuer.
    package let issuer: Text
    /// Whom it means. Never a name or an address, which are given to others in time.
    package let subject: Text
    /// What they would like to be called; a label.
    package let preferredName: Text?
    /// The groups they are in; `nil` where nothing was said of groups.
    package let groups: [Text]?
    package let authentication: Authentication

    package init(issuer: Text, subject: Text, preferredName: Text?, groups: [Text]?, authentication: Authentication) {
        self.issuer = issuer
        self.subject = subject
        self.preferredName = preferredName
        self.groups = groups
        self.authentication = authentication
    }
}

/// Which roles groups give. An empty mapping leaves roles to administrators.
package struct GroupRoles: Sendable {
    private let roles: [(group: Text, role: Role)]

    package init(_ roles: [(group: Text, role: Role)]) { self.roles = roles }

    /// What is given to whom, as it was written.
    package var pairs: [(group: Text, role: Role)] { roles }

    /// `nil` where groups decide nothing.
    func roles(of groups: [Text]?) -> [Role]? {
        guard !roles.isEmpty, let groups else { return nil }
        let held = Set(groups)
        return Set(roles.filter { held.contains($0.group) }.map(\.role)).sorted()
    }
}
