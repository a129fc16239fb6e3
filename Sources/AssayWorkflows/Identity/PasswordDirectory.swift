package import AssayTerms

/// What checks names and passwords for us: an LDAP server.
package protocol PasswordDirectory: Sendable {
    /// As which people it vouches for are known here.
    var issuer: Text { get }
    var roles: GroupRoles { get }

    /// Whoever has this name and password; `nil` for nobody. Blocks.
    ///
    /// - Throws: `unavailable` while the directory cannot be asked.
    func login(name: String, password: String) throws -> ExternalLogin?
}
