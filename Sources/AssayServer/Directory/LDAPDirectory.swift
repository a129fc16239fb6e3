import AssayCanonical
package import AssayTerms
package import AssayWorkflows
import CLdap
package import Logging

/// Names and passwords checked by an LDAP server: the password is sent to it in a bind, over TLS, and nowhere kept.
///
/// Each log-in has a connection of its own. Nothing of what was typed reaches a filter or an entry's name unescaped, an empty
/// password is refused before it is sent (a server takes it for nobody's, and says yes), and referrals are not followed.
package struct LDAPDirectory: PasswordDirectory {
    private static let longestName = 128
    private static let groupLimit: Int32 = 1_000

    private let settings: DirectorySettings
    private let logger: Logger

    package init(settings: DirectorySettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    package var issuer: Text { Text("ldap:\(settings.host):\(settings.port)") }
    package var roles: GroupRoles { settings.roles }

    package func login(name: String, password: String) throws -> ExternalLogin? {
        guard !name.isEmpty, name.utf8.count <= Self.longestName, !password.isEmpty, !name.utf8.contains(0), !password.utf8.contains(0)
        else { return nil }
        let session = try open()
        defer { cldap_close(session) }
        let dn: String
        switch settings.lookup {
        case .template(let template): dn = template.replacing("{name}", with: DirectoryText.escaped(name))
        case .search(let bindDN, let bindPassword, let base, let filter):
            guard try bind(session, bindDN, bindPassword) else { throw failure("it refuses the account of 'bind-dn'") }
            let text = filter.replacing("{name}", with: DirectoryText.escaped(name))
            guard let found = try entry(session, base: base, isBaseAlone: false, filter: text) else { return nil }
            dn = found.dn
        }
        guard try bind(session, dn, password) else { return nil }
        // From here on the person asks, who may read their own entry.
        guard let own = try entry(session, base: dn, isBaseAlone: true, filter: "(objectClass=*)") else { throw failure("it does not show people their own entries") }
        guard let id = own.id else { throw failure("an entry has no '\(settings.idAttribute)'") }
        let groups = try settings.groups.map { try groupNames(session, of: own.dn, base: $0.base, filter: $0.filter) } ?? own.groups
        return ExternalLogin(
            issuer: issuer, subject: id, preferredName: Text(name), groups: groups.map { Text($0.lowercased()) },
            authentication: Authentication(.directory))
    }

    // MARK: - Asking

    private struct Entry {
        let dn: String
        let id: Text?
        let groups: [String]
    }

    private func open() throws -> OpaquePointer {
        let scheme = settings.encryption == .ldaps ? "ldaps" : "ldap"
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        var session: OpaquePointer?
        let (outcome, reason) = Self.call { buffer, capacity in
            cldap_open(
                "\(scheme)://\(host):\(settings.port)", settings.encryption == .startTLS ? 1 : 0, settings.authorities,
                settings.seconds, &session, buffer, capacity)
        }
        guard outcome == cldap_done, let session else { throw failure(reason) }
        return session
    }

    private func bind(_ session: OpaquePointer, _ dn: String, _ password: String) throws -> Bool {
        let (outcome, reason) = Self.call { buffer, capacity in
            cldap_bind(session, dn, password, password.utf8.count, buffer, capacity)
        }
        if outcome == cldap_failed { throw failure(reason) }
        return outcome == cldap_done
    }

    /// The one entry that is found; `nil` for none, and for several, of which none is meant.
    private func entry(_ session: OpaquePointer, base: String, isBaseAlone: Bool, filter: String) throws -> Entry? {
        try search(session, base: base, isBaseAlone: isBaseAlone, filter: filter, limit: 2) { entries in
            guard cldap_count(entries) == 1, let dn = cldap_dn(entries, 0) else { return nil }
            let id = values(entries, settings.idAttribute).first
            return Entry(
                dn: String(cString: dn), id: id.map { Text(String(validating: $0, as: UTF8.self) ?? Hex.encode($0)) },
                groups: values(entries, "memberOf").compactMap { String(validating: $0, as: UTF8.self) })
        }
    }

    private func groupNames(_ session: OpaquePointer, of dn: String, base: String, filter: String) throws -> [String] {
        let text = filter.replacing("{dn}", with: DirectoryText.escaped(dn))
        return try search(session, base: base, isBaseAlone: false, filter: text, limit: Self.groupLimit) { entries in
            (0..<cldap_count(entries)).compactMap { cldap_dn(entries, $0).map { String(cString: $0) } }
        }
    }

    private func search<Value>(
        _ session: OpaquePointer, base: String, isBaseAlone: Bool, filter: String, limit: Int32, _ body: (OpaquePointer) -> Value
    ) throws -> Value {
        var entries: OpaquePointer?
        let (outcome, reason) = Self.call { buffer, capacity in
            cldap_search(
                session, base, isBaseAlone ? 1 : 0, filter, settings.idAttribute, "memberOf", limit, settings.seconds, &entries,
                buffer, capacity)
        }
        guard outcome == cldap_done, let entries else { throw failure(reason) }
        defer { cldap_free(entries) }
        return body(entries)
    }

    private func values(_ entries: OpaquePointer, _ attribute: String) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var count = 0
        while found.count < Int(Self.groupLimit), let value = cldap_value(entries, 0, attribute, Int32(found.count), &count) {
            found.append(Array(UnsafeBufferPointer(start: value, count: count)))
        }
        return found
    }

    // MARK: - Failing

    private static func call(_ body: (UnsafeMutablePointer<CChar>, Int) -> cldap_outcome) -> (cldap_outcome, String) {
        var reason = [CChar](repeating: 0, count: 256)
        let outcome = reason.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { body($0, buffer.count) } ?? cldap_failed
        }
        return (outcome, String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    private func failure(_ reason: String) -> AssayError {
        logger.error("the directory cannot be used", metadata: ["host": "\(settings.host)", "reason": "\(reason)"])
        return AssayError(.unavailable, "The directory cannot be asked at the moment; the server's log has the reason.")
    }
}
