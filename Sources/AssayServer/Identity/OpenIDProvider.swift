import AssayCanonical
import AssayJSON
import AssayTerms
import AssayWorkflows
package import Logging

/// The identity provider as this server sees it: where it answers, its keys, and what its tokens say.
package final class OpenIDProvider: Sendable {
    package let settings: OpenIDSettings
    private let client: OutgoingClient
    private let logger: Logger
    private let keys: IssuerKeys

    package init(
        settings: OpenIDSettings, client: OutgoingClient, nowMilliseconds: @escaping @Sendable () -> Int64, logger: Logger
    ) {
        self.settings = settings
        self.client = client
        self.logger = logger
        keys = IssuerKeys(issuer: settings.issuer, client: client, nowMilliseconds: nowMilliseconds, logger: logger)
    }

    // MARK: - Tokens

    /// Whether a client's bearer token says that it is of this provider, and for this server; nothing of it is believed.
    func takes(_ token: JSONWebToken) -> Bool {
        guard let audience = settings.audience else { return false }
        return token.statedIssuer == settings.issuer && token.isStatedFor(audience)
    }

    /// What a client's bearer token says.
    ///
    /// - Throws: `unauthenticated`, in the same words whatever is wrong with the token; the log has the reason.
    func login(bearer text: String) async throws -> ExternalLogin {
        guard let audience = settings.audience else { throw Self.refusal }
        return try await login(text, TokenExpectation(issuer: settings.issuer, audience: audience), needsGroups: false)
    }

    /// What the token of a browser's log-in says.
    func login(idToken text: String, nonce: String) async throws -> ExternalLogin {
        try await login(
            text, TokenExpectation(issuer: settings.issuer, audience: settings.clientID, nonce: nonce), needsGroups: true)
    }

    private static let refusal = AssayError(
        .unauthenticated, "The identity provider's token is not valid here. Log in again with your identity provider.")

    /// - Parameter needsGroups: whether nothing said of groups means that there are none.
    private func login(_ text: String, _ expectation: TokenExpectation, needsGroups: Bool) async throws -> ExternalLogin {
        guard let token = JSONWebToken(text) else { throw refused("it is no token of an accepted form and algorithm") }
        let claims = try await keys.claims(of: token, expectation, refused: refused)
        let groups = claims[settings.groupsClaim].map { claim in
            (claim.array ?? [claim]).compactMap { $0.string.map { Text($0) } }
        }
        // A token can be renewed without its person; only the provider's word for a log-in counts as one.
        let login = claims["auth_time"]?.number.flatMap { Int64(exactly: $0.rounded()) }.map { $0 * 1_000 }
        return ExternalLogin(
            issuer: Text(settings.issuer), subject: Text(claims["sub"]?.string ?? ""),
            preferredName: claims[settings.nameClaim]?.string.map { Text($0) }, groups: groups ?? (needsGroups ? [] : nil),
            authentication: Authentication(.bearer, loginMilliseconds: login))
    }

    private func refused(_ reason: String) -> AssayError {
        logger.notice("a token of the identity provider was refused", metadata: ["reason": "\(reason)"])
        return Self.refusal
    }

    // MARK: - Browsers

    /// Where a browser goes to log in.
    func authorizationAddress(state: String, nonce: String, challenge: String) async throws -> String {
        let base = try await keys.place("authorization_endpoint").text.string
        let fields = [
            ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", settings.redirectURI),
            ("scope", settings.scopes), ("state", state), ("nonce", nonce), ("code_challenge", challenge),
            ("code_challenge_method", "S256"), ("max_age", String(settings.loginMinutes * 60)),
        ]
        return base + (base.contains("?") ? "&" : "?") + Self.form(fields)
    }

    /// The token for a code that a browser came back with.
    func idToken(forCode code: String, verifier: String) async throws -> String {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", settings.redirectURI),
            ("code_verifier", verifier), ("client_id", settings.clientID),
        ]
        var headers = [("Content-Type", FormFields.contentType), ("Accept", "application/json")]
        if let secret = settings.clientSecret {
            fields.removeLast()
            let pair = "\(PercentCoding.encode(settings.clientID)):\(PercentCoding.encode(secret))"
            headers.append(("Authorization", "Basic " + Base64.encode(Array(pair.utf8))))
        }
        let message = OutgoingMessage(headers: headers.map { (name: $0.0, value: $0.1) }, body: Array(Self.form(fields).utf8))
        let answer = try keys.json(await client.post(message, to: try await keys.place("token_endpoint")), "token endpoint")
        guard let token = answer["id_token"]?.string else { throw refused("its token endpoint answered without an id_token") }
        return token
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
    }
}
