import AssayPolicy
import AssayServer
import AssayTerms
import AssayWorkflows
import Foundation

/// The server's file of settings: how people log in, and how much each may ask.
///
/// Secrets never stand in it: it names the environment's variable, or the file, that holds one.
struct IdentitySettings {
    private(set) var freshLogin = FreshLogin()
    private(set) var sessionLimits = SessionLimits()
    private(set) var openID: OpenIDSettings?
    private(set) var directory: DirectorySettings?
    /// Which roles are given by groups, with where that is written.
    private(set) var roleMappings: [(place: String, roles: GroupRoles)] = []
    /// Private addresses at which the provider may be.
    private(set) var providerAddresses: [AddressRange] = []
    /// Private addresses at which the issuers of workflows' tokens may be.
    private(set) var workflowAddresses: [AddressRange] = []
    private(set) var requestRate = RequestRate.standard

    init() {}

    /// - Throws: `notFound` or `unreadable` for a file that cannot be read; `invalidArgument` naming what is wrong in it.
    init(file path: String) throws {
        let nothing = AssayError(.invalidArgument, "\(path) holds no settings. Write some, or start without --config.")
        let bytes = try SmallFile.bytes(of: path)
        guard !Self.isBlank(bytes) else { throw nothing }
        let top = try SettingsFields(try SettingsTree(parsing: bytes, file: path), at: path)
        guard !top.isEmpty else { throw nothing }
        if let identity = try top.mapping("identity") { try read(identity) }
        if let limits = try top.mapping("limits") {
            requestRate = RequestRate(
                perSecond: try limits.number("requests-per-second", 1...1_000_000) ?? requestRate.perSecond,
                burst: try limits.number("request-burst", 1...1_000_000) ?? requestRate.burst)
            try limits.refuseOthers()
        }
        try top.refuseOthers()
    }

    /// Blank lines and comments, and nothing else.
    private static func isBlank(_ bytes: [UInt8]) -> Bool {
        bytes.split(separator: UInt8(ascii: "\n")).allSatisfy { line in
            let first = line.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: "\r") }
            return first == nil || first == UInt8(ascii: "#")
        }
    }

    private mutating func read(_ fields: SettingsFields) throws {
        switch try fields.text("fresh-login") ?? "standard" {
        case "standard": break
        case "strict": freshLogin.isStrict = true
        default: throw fields.problem("fresh-login", "is standard or strict")
        }
        freshLogin.minutes = try fields.number("fresh-login-minutes", 1...1_440) ?? freshLogin.minutes
        sessionLimits.idleMinutes = try fields.number("session-idle-minutes", 1...10_080) ?? sessionLimits.idleMinutes
        sessionLimits.longestMinutes = try fields.number("session-minutes", 1...43_200) ?? sessionLimits.longestMinutes
        if let provider = try fields.mapping("oidc") { try readProvider(provider) }
        if let workflows = try fields.mapping("workflows") {
            workflowAddresses = try Self.addresses(workflows)
            try workflows.refuseOthers()
        }
        if let directory = try fields.mapping("ldap") { try readDirectory(directory) }
        try fields.refuseOthers()
    }

    private static func addresses(_ fields: SettingsFields) throws -> [AddressRange] {
        try fields.list("allow-addresses").map { address in
            guard let range = AddressRange(address) else {
                throw fields.problem("allow-addresses", "takes addresses like 10.1.2.3, 10.0.0.0/8 or 127.0.0.1:9999")
            }
            return range
        }
    }

    private mutating func readProvider(_ fields: SettingsFields) throws {
        let secret = try Self.secret("client-secret", fields)
        providerAddresses = try Self.addresses(fields)
        let issuer = try fields.required("issuer")
        guard let url = try? OutgoingURL(Text(issuer)), url.isTrustworthy else {
            throw fields.problem("issuer", "is '\(issuer)'; what it says is trusted, so it is asked over https, but for one on this machine")
        }
        let redirect = try fields.required("redirect-uri")
        guard redirect.hasSuffix("/login/provider/callback") else {
            throw fields.problem("redirect-uri", "is this server's address with /login/provider/callback at its end")
        }
        openID = OpenIDSettings(
            issuer: issuer, clientID: try fields.required("client-id"), clientSecret: secret, redirectURI: redirect,
            label: try fields.text("label") ?? "your organisation", audience: try fields.text("audience"),
            scopes: try fields.text("scopes") ?? "openid profile", nameClaim: try fields.text("name-claim") ?? "preferred_username",
            groupsClaim: try fields.text("groups-claim") ?? "groups", roles: try roles(fields), loginMinutes: freshLogin.minutes)
        try fields.refuseOthers()
    }

    private mutating func readDirectory(_ fields: SettingsFields) throws {
        let host = try fields.required("host")
        guard let encryption = DirectorySettings.Encryption(rawValue: try fields.text("tls") ?? "ldaps") else {
            throw fields.problem("tls", "is ldaps, starttls or plain")
        }
        let isAllowed = try fields.text("allow-plain") == "true" || ["127.0.0.1", "::1", "localhost"].contains(host)
        guard encryption != .plain || isAllowed else {
            throw fields.problem("tls", "plain would send passwords in the clear to \(host); it needs allow-plain: true")
        }
        let lookup: DirectorySettings.Lookup
        if let template = try fields.text("user-dn") {
            guard template.contains("{name}") else { throw fields.problem("user-dn", "needs {name} in it") }
            lookup = .template(template)
        } else {
            let filter = try fields.text("filter") ?? "(uid={name})"
            guard filter.contains("{name}") else { throw fields.problem("filter", "needs {name} in it") }
            guard let password = try Self.secret("bind-password", fields) else { throw fields.problem("bind-password-env", "is missing") }
            lookup = .search(
                bindDN: try fields.required("bind-dn"), bindPassword: password, base: try fields.required("base"), filter: filter)
        }
        let groups = try fields.text("group-base").map { (base: $0, filter: try fields.text("group-filter") ?? "(member={dn})") }
        directory = DirectorySettings(
            host: host, port: Int(try fields.number("port", 1...65_535) ?? (encryption == .ldaps ? 636 : 389)), encryption: encryption,
            authorities: try fields.text("ca-file"), lookup: lookup, idAttribute: try fields.text("id-attribute") ?? "entryUUID",
            groups: groups, roles: try roles(fields, isFolded: true), seconds: Int32(try fields.number("timeout-seconds", 1...60) ?? 5))
        try fields.refuseOthers()
    }

    /// What `NAME-env`, `NAME-file` or `NAME-vault` leads to.
    private static func secret(_ name: String, _ fields: SettingsFields) throws -> String? {
        var references: [SecretReference] = []
        for kind in ["env", "file", "vault"] {
            if let place = try fields.text("\(name)-\(kind)") { references.append(try SecretReference("\(kind):\(place)")) }
        }
        guard references.count <= 1 else { throw fields.problem(name, "is named more than once") }
        return try references.first?.value { ProcessInfo.processInfo.environment[$0] }
    }

    /// `roles: {group: role}`.
    ///
    /// - Parameter isFolded: whether names of groups are compared without case, as directories do.
    private mutating func roles(_ fields: SettingsFields, isFolded: Bool = false) throws -> GroupRoles {
        let roles = GroupRoles(
            try fields.pairs("roles").map { group, name in
                guard let role = Role(rawValue: name) else {
                    throw fields.problem("roles", "gives '\(group)' the role '\(name)', which is no role's name: 1 to 64 of a-z, 0-9, _ and -")
                }
                return (isFolded ? Text(group.string.lowercased()) : group, role)
            })
        roleMappings.append((fields.place, roles))
        return roles
    }
}
