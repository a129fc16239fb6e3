package import AssayWorkflows

/// An LDAP server, and how people are found in it.
package struct DirectorySettings: Sendable {
    package enum Encryption: String, Sendable, CaseIterable {
        case ldaps
        case startTLS = "starttls"
        /// For a server on this machine, or where somebody says so twice.
        case plain
    }

    /// How a name becomes the name of an entry.
    package enum Lookup: Sendable {
        /// Looked for by an account of ours; `{name}` in the filter is the name.
        case search(bindDN: String, bindPassword: String, base: String, filter: String)
        /// Written out: `uid={name},ou=people,dc=example,dc=org`.
        case template(String)
    }

    package var host: String
    package var port: Int
    package var encryption: Encryption
    /// A file of authorities; `nil` for the system's.
    package var authorities: String?
    package var lookup: Lookup
    /// What an entry is known by for good: `entryUUID`, or Active Directory's `objectGUID`.
    package var idAttribute: String
    /// Where groups are looked for that name their members; `nil` reads the entry's own `memberOf`.
    package var groups: (base: String, filter: String)?
    /// The full names of groups, in lower case, and the roles they give.
    package var roles: GroupRoles
    package var seconds: Int32

    package init(
        host: String, port: Int, encryption: Encryption, authorities: String?, lookup: Lookup, idAttribute: String,
        groups: (base: String, filter: String)?, roles: GroupRoles, seconds: Int32
    ) {
        self.host = host
        self.port = port
        self.encryption = encryption
        self.authorities = authorities
        self.lookup = lookup
        self.idAttribute = idAttribute
        self.groups = groups
        self.roles = roles
        self.seconds = seconds
    }
}
