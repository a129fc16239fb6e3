import AssayPolicy
import AssayServer
import AssayTerms
import AssayWorkflows
import Foundation

/// The part `identity` of the server's file of settings.
///
/// Secrets never stand in it: it names the environment's variable, or the file, that holds one.
struct IdentitySettings {
    private(set) var freshLogin = FreshLogin()
    private(set) var sessionLimits = SessionLimits()
    private(set) var openID: OpenIDSettings?
    /// Private addresses at which the provider may be.
    private(set) var providerAddresses: [AddressRange] = []

    init() {}

    /// - Throws: `notFound` or `unreadable` for a file that cannot be read; `invalidArgument` naming what is wrong in it.
    init(file path: String) throws {
        let tree = try SettingsTree(parsing: try SmallFile.bytes(of: path), file: path)
        let top = try SettingsFields(tree, at: path)
        if let identity = try top.mapping("identity") { try read(identity) }
        try top.refuseOthers()
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
        try fields.refuseOthers()
    }

    private mutating func readProvider(_ fields: SettingsFields) throws {
        let variable = try fields.text("client-secret-env")
        let file = try fields.text("client-secret-file")
        guard variable == nil || file == nil else { throw fields.problem("client-secret-env", "and client-secret-file exclude each other") }
        var secret: String?
        if let variable {
            guard let value = ProcessInfo.processInfo.environment[variable], !value.isEmpty else {
                throw fields.problem("client-secret-env", "names \(variable), which is not set")
            }
            secret = value
        }
        if let file {
            let text = String(decoding: try SmallFile.bytes(of: file), as: UTF8.self)
            secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        for address in try fields.list("allow-addresses") {
            guard let range = AddressRange(address) else {
                throw fields.problem("allow-addresses", "takes addresses like 10.1.2.3, 10.0.0.0/8 or 127.0.0.1:9999")
            }
            providerAddresses.append(range)
        }
        let issuer = try fields.required("issuer")
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

    /// `roles: {group: role}`.
    private func roles(_ fields: SettingsFields) throws -> GroupRoles {
        GroupRoles(
            try fields.pairs("roles").map { group, name in
                guard let role = Role(rawValue: name) else {
                    throw fields.problem("roles", "gives '\(group)' the role '\(name)', which is no role's name: 1 to 64 of a-z, 0-9, _ and -")
                }
                return (group, role)
            })
    }
}
